"""What becomes of one matter: told, moved by its people, judged or withdrawn by its resident."""

import random
import re
from dataclasses import dataclass
from ipaddress import IPv4Network
from uuid import UUID

import httpx

from requests_app.torture.browser import Browser, Refused, Sent

NUMBER = re.compile(r"WG-\d{8}-\d{6,}-\d")
SUBMISSION = re.compile(r'name="submission_id" value="([0-9a-f-]{36})"')
NETWORK = IPv4Network("10.0.0.0/8")
WORDS = (
    "三单元二楼的感应灯坏了一周，晚上上下楼要打手电，老人怕摔，麻烦来人看看。",
    "小区北门口的垃圾桶满了三天没有人清，天热味道大，请安排清运。",
    "楼道里堆了好几辆电动车，充电线从窗户拉下来，怕起火。",
    "人行道的地砖松了，昨天有老人绊倒，请尽快修一修。",
)
ANSWER = "您好，今天下午已经处理完毕并检查正常，如再出现问题请直接在本页告诉我们。"


@dataclass(frozen=True)
class Place:
    """A door, and the user names of who serves it: the grid's worker and the community's staff."""

    address: str
    worker: str
    community: str


@dataclass
class Matter:
    """A ticket as its resident knows it."""

    path: str
    number: str


class Life:
    """One matter after the other. `chance` decides what becomes of each: the same seed, the same lives."""

    def __init__(
        self, place: Place, *, chance: random.Random, resident: Browser, worker: Browser, community: Browser
    ) -> None:
        self.place, self.chance = place, chance
        self.resident, self.worker, self.community = resident, worker, community

    def live(self) -> None:
        """Tell a matter and see it through; what is refused ends it, and the journal knows."""
        matter = self._tell()
        fate = self.chance.random()
        if fate < 0.08:
            self._withdraw(matter)
        elif fate < 0.18:
            self._step(self.community, matter, "decline", note="不属本社区", answer=ANSWER)
        elif fate < 0.33:
            self._climb(matter)
        else:
            self._settle(matter)

    def end(self) -> int:
        """Close the browsers; how often the staff had to sign in again."""
        for browser in (self.resident, self.worker, self.community):
            browser.close()
        return self.worker.sign_ins + self.community.sign_ins - 2

    def _tell(self) -> Matter:
        self.resident.come_from(str(NETWORK[self.chance.getrandbits(24)]))
        page = self.resident.read("/report/")
        found = SUBMISSION.search(page.text)
        if found is None:
            raise Refused("the form has no key of its own")
        form = {
            "submission_id": found[1],
            "description": self.chance.choice(WORDS),
            "address": self.place.address,
            "contact_name": "王女士",
            "contact_phone": f"139{self.chance.randrange(10**8):08}",
            "consent": "on",
        }
        answer = self.resident.act(Sent("submission", found[1]), "/report/", form, taken=_leads_on)
        path = answer.headers["Location"]
        shown = NUMBER.search(self.resident.read(path).text)
        if shown is None:
            raise Refused("the matter's page does not name it")
        return Matter(path, shown[0])

    def _settle(self, matter: Matter) -> None:
        self._step(self.worker, matter, "accept")
        if self.chance.random() < 0.5:
            self._step(self.worker, matter, "handle", note="已到现场查看")
        self._step(self.worker, matter, "resolve", answer=ANSWER)
        word = self.chance.random()
        if word < 0.6:
            self._judge(matter, solved="yes")
        elif word < 0.8:
            self._judge(matter, solved="no")
            self._step(self.community, matter, "resolve", answer=ANSWER)

    def _climb(self, matter: Matter) -> None:
        self._step(self.worker, matter, "accept")
        self._step(self.worker, matter, "escalate", note="需要社区协调")
        self._step(self.community, matter, "resolve", answer=ANSWER)
        self._judge(matter, solved="yes")

    def _step(self, who: Browser, matter: Matter, name: str, **fields: str) -> None:
        key = str(UUID(int=self.chance.getrandbits(128), version=4))
        path = f"/worker/tickets/{matter.number}/steps/{name}/"
        who.act(Sent("step", key, matter.number, name), path, {"action_id": key, **fields}, taken=_is_ok)

    def _judge(self, matter: Matter, *, solved: str) -> None:
        form = {"solved": solved, "satisfaction": 4 if solved == "yes" else 2}
        sent = Sent("verdict", f"{matter.number}:{solved}", matter.number, solved)
        self.resident.act(sent, f"{matter.path}verdict/", form, taken=_leads_on)

    def _withdraw(self, matter: Matter) -> None:
        sent = Sent("withdraw", matter.number, matter.number)
        self.resident.act(sent, f"{matter.path}withdraw/", {"note": "已经好了"}, taken=_leads_on)


def _leads_on(answer: httpx.Response) -> bool:
    return answer.status_code == 303


def _is_ok(answer: httpx.Response) -> bool:
    return answer.status_code == 200 and bool(answer.json().get("ok"))
