"""Somebody who looks for homes and reads lists: what is measured, as the pages ask for it."""

from typing import Any

from django.db.models import Prefetch
from django.test import Client
from django.urls import reverse

from grids.demo import THIRD_GRID
from grids.models import User
from residents import due
from residents.models import Household, Resident
from residents.views.register import PAGE
from wangguan.measuring import Action

FIND, DUE, OPEN = "find", "due", "page"
"""How the names of actions begin."""


class Seeker:
    """One of the demo's people; what they look for lives in the third grid."""

    name: str
    username: str

    def __init__(self) -> None:
        self.user = User.objects.get(username=self.username)
        self.client = Client()
        self.client.force_login(self.user)
        here = Resident.objects.here().filter(household__dwelling__building__grid__code=THIRD_GRID)
        somebody = here.exclude(phone_hash="").order_by("pk")[20]
        dwelling = somebody.household.dwelling
        self.words = {
            "by name": somebody.name,
            "by family name": somebody.name[0],
            "by door": f"{dwelling.building.name}{dwelling.entrance}单元{dwelling.door}",
            "by phone": somebody.phone,
            "by end of phone": somebody.phone[-4:],
        }

    def arrive(self) -> None:
        """A request of its own, through the room's door, which read who this is and which posts they hold."""
        self.user = User.objects.get(pk=self.user.pk)
        _ = self.user.current_posts

    def actions(self) -> dict[str, Action]:
        found: dict[str, Action] = {
            f"{FIND} {how}": lambda typed=typed: self.find(typed)  # type: ignore[misc]
            for how, typed in self.words.items()
        }
        found[f"{DUE} visits"] = self.due
        found[f"{DUE} visits, nearest first"] = self.nearest
        address = self._search(self.words["by name"])
        found[f"{OPEN} of what was found"] = lambda: self._open(address)
        found[f"{OPEN} of visits"] = lambda: self._open(reverse("worker_visits"))
        return found

    def find(self, typed: str) -> None:
        """The first page of homes that fit, with their people's names."""
        homes = Household.objects.visible_to(self.user).here().search(typed)
        seen = Resident.objects.visible_to(self.user).here().order_by("pk").only("name", "household")
        rows = homes.select_related("dwelling__building").as_one_walks()
        if not list(rows.prefetch_related(Prefetch("people", seen, to_attr="seen"))[: PAGE + 1]):
            raise RuntimeError("Nobody was found.")

    def due(self) -> None:
        """The first page of homes to be visited today or before, by need."""
        due.page_of(due.ranked(due.homes_due(self.user)).with_home(), due.BY_NEED)

    def nearest(self) -> None:
        here = due.Here.about(36.635, 116.94)
        list(due.nearest_first(due.homes_due(self.user).with_home(), here)[: due.PAGE])

    def _search(self, typed: str) -> str:
        """Where the answer to a search is read."""
        answer = self.client.post(reverse("worker_residents"), {"q": typed})
        return self._expected(303, answer).headers["Location"]

    def _open(self, address: str) -> None:
        self._expected(200, self.client.get(address))

    @staticmethod
    def _expected(status: int, response: Any) -> Any:
        if response.status_code != status:
            raise RuntimeError(f"{response.request['PATH_INFO']} answered {response.status_code}")
        return response


class Worker(Seeker):
    name, username = "grid", "worker"


class Community(Seeker):
    name, username = "community", "community"
