"""Locust's file: who comes and what they do (read by `python -m requests_app.load`).

Nothing of Django here: locust patches the whole process for gevent. `LOAD_WORLD` names the JSON file that
`requests_app.load.world` wrote. Everybody comes from an address of their own, as behind a trusted proxy.
"""

import json
import os
import random
import re
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

from locust import FastHttpUser, between, task

WORLD: dict[str, Any] = json.loads(Path(os.environ["LOAD_WORLD"]).read_text(encoding="utf-8"))
FORM_KEY = re.compile(r'name="submission_id" value="([0-9a-f-]{36})"')
CSRF_KEY = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
ACTION = re.compile(r'name="action_id" value="([0-9a-f-]{36})"')
TICKET = re.compile(r'href="/worker/tickets/(WG-[\d-]+)/"')
NETWORK = IPv4Network("10.0.0.0/8")
WORDS = "三单元二楼的感应灯坏了一周，晚上上下楼要打手电，老人怕摔，麻烦来人看看。"
BOUNDARY = "a-form-under-load"


class Person(FastHttpUser):
    """Thinks 15 to 45 seconds between two pages."""

    abstract = True
    wait_time = between(15, 45)
    cookies = ""

    def on_start(self) -> None:
        self.address = str(NETWORK[random.getrandbits(24)])

    def page(self, path: str, *, name: str) -> str:
        """The page's text; empty when it failed, which locust counts."""
        headers = {"X-Forwarded-For": self.address, "Cookie": self.cookies}
        with self.client.get(path, name=name, headers=headers, catch_response=True) as answer:
            return answer.text or ""

    def send(self, path: str, form: dict[str, object], *, key: str, name: str) -> str:
        """Send a form as browsers send one that may carry photos; where the answer leads."""
        form = {**form, "csrfmiddlewaretoken": key}
        parts = "".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
            for field, value in form.items()
        )
        headers = {
            "X-Forwarded-For": self.address,
            "Cookie": f"csrftoken={key}; {self.cookies}",
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        }
        body = f"{parts}--{BOUNDARY}--\r\n"
        with self.client.post(
            path, body, name=name, headers=headers, allow_redirects=False, catch_response=True
        ) as answer:
            if answer.status_code != 303:
                answer.failure(f"answered {answer.status_code}")
                return ""
            answer.success()
            return str(answer.headers["Location"])


class Resident(Person):
    """Looks, tells a matter, follows it."""

    weight = 80

    def on_start(self) -> None:
        super().on_start()
        self.own = random.choice(WORLD["pages"])

    @task(3)
    def home(self) -> None:
        self.page("/", name="home")

    @task(3)
    def board(self) -> None:
        self.page("/board/", name="board")

    @task(2)
    def tell(self) -> None:
        form = self.page("/report/", name="form")
        form_key, key = FORM_KEY.search(form), CSRF_KEY.search(form)
        if not (form_key and key):
            return
        self.wait()
        told = {
            "submission_id": form_key[1],
            "description": WORDS,
            "address": random.choice(WORLD["doors"]),
            "contact_name": "王女士",
            "contact_phone": f"139{random.randrange(10**8):08}",
            "consent": "on",
        }
        self.own = self.send("/report/", told, key=key[1], name="submit") or self.own

    @task(4)
    def track(self) -> None:
        self.page(self.own, name="tracking page")


class Worker(Person):
    """Opens the list, opens a matter, writes down what was done."""

    weight = 17

    def on_start(self) -> None:
        super().on_start()
        self.cookies = f"sessionid={random.choice(WORLD['workers'])}"
        self.numbers: list[str] = []

    @task(3)
    def list(self) -> None:
        shown = self.page("/worker/tickets/?tab=grid", name="worker's list")
        self.numbers = TICKET.findall(shown) or self.numbers

    @task(3)
    def ticket(self) -> None:
        if not self.numbers:
            return self.list()
        number = random.choice(self.numbers)
        shown = self.page(f"/worker/tickets/{number}/", name="ticket page")
        action, key = ACTION.search(shown), CSRF_KEY.search(shown)
        if action and key and f"/worker/tickets/{number}/steps/handle/" in shown:
            self.wait()
            self.send(
                f"/worker/tickets/{number}/steps/handle/",
                {"action_id": action[1], "note": "已到现场查看"},
                key=key[1],
                name="step",
            )
        return None


class Desk(Person):
    """The office: its front page and the street's whole list."""

    weight = 3

    def on_start(self) -> None:
        super().on_start()
        self.cookies = f"sessionid={random.choice(WORLD['desks'])}"

    @task(2)
    def front(self) -> None:
        self.page("/admin/", name="desk")

    @task(1)
    def all(self) -> None:
        self.page("/worker/tickets/?tab=all", name="street's list")
