"""WeCom's group robots: their limits and their error codes (domain.md §7)."""

import time
from collections import defaultdict
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.standins.web import Request, StandIn

LIMITS = {"text": 2048, "markdown": 4096}


class WeComRobots(StandIn):
    """Knows the robots named in `robots`; each takes twenty messages a minute."""

    def __init__(self, *robots: str) -> None:
        super().__init__()
        self.robots = set(robots)
        self.told: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._times: dict[str, list[float]] = defaultdict(list)

    def answer(self, request: Request, *, taken: bool) -> dict[str, Any]:
        robot = parse_qs(urlsplit(request.path).query)["key"][0]
        code = self._judge(robot, request.body)
        if taken and not code:
            self.told[robot].append(request.body)
        return {"errcode": code, "errmsg": "ok" if not code else f"refused, key {robot}"}

    def _judge(self, robot: str, body: dict[str, Any]) -> int:
        if robot not in self.robots:
            return 93000
        kind = body["msgtype"]
        if len(body[kind]["content"].encode()) > LIMITS[kind]:
            return 40058
        now = time.monotonic()
        self._times[robot] = [moment for moment in self._times[robot] if now - moment < 60] + [now]
        return 45009 if len(self._times[robot]) > 20 else 0
