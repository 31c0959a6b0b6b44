"""The pages whose cost is measured inside, middleware included."""

from typing import Any
from uuid import uuid4

from django.test import Client

from grids.models import Building, User
from requests_app.models import Ticket


class Visitor:
    """A resident at the form, and the worker of one grid at the list and the tickets of that grid."""

    def __init__(self) -> None:
        self.resident = Client(enforce_csrf_checks=True)
        self.resident.get("/report/")
        held = Ticket.objects.filter(status="accepted", level="grid")
        doors = Building.objects.filter(grid__in=held.values("grid")).select_related("grid")
        building = doors.earliest("id")
        self.door = building.address
        self.number = held.filter(grid=building.grid).latest("id").number
        self.worker = Client()
        self.worker.force_login(User.objects.get(username=f"worker-{building.grid.code}"))
        self.dispatcher = Client()
        self.dispatcher.force_login(User.objects.get(username="dispatcher"))

    def submit(self) -> None:
        form = matter() | {
            "address": self.door,
            "csrfmiddlewaretoken": self.resident.cookies["csrftoken"].value,
        }
        self._expect(303, self.resident.post("/report/", form, REMOTE_ADDR=form["submission_id"]))
        self.resident.cookies.pop("messages", None)  # the next page would have shown it

    def list_of_grid(self) -> None:
        self._expect(200, self.worker.get("/worker/tickets/", {"tab": "grid"}))

    def list_of_all(self) -> None:
        self._expect(200, self.dispatcher.get("/worker/tickets/", {"tab": "all"}))

    def list_due_soon(self) -> None:
        self._expect(200, self.dispatcher.get("/worker/tickets/", {"tab": "soon"}))

    def list_overdue(self) -> None:
        self._expect(200, self.dispatcher.get("/worker/tickets/", {"tab": "overdue"}))

    def morning(self) -> None:
        self._expect(200, self.worker.get("/worker/"))

    def morning_of_the_street(self) -> None:
        self._expect(200, self.dispatcher.get("/worker/"))

    def open_ticket(self) -> None:
        self._expect(200, self.worker.get(f"/worker/tickets/{self.number}/"))

    @staticmethod
    def _expect(status: int, response: Any) -> None:
        if response.status_code != status:
            raise RuntimeError(f"{response.request['PATH_INFO']} answered {response.status_code}")


def matter() -> dict[str, str]:
    """A form filled in as most people do; its own key makes it a new matter each time."""
    key = uuid4()
    return {
        "description": "三单元二楼的感应灯坏了一周，晚上上下楼要打手电，老人怕摔，麻烦来人看看。",
        "category": "",
        "contact_name": "王女士",
        "contact_phone": f"139{key.int % 10**8:08}",
        "submission_id": str(key),
        "consent": "on",
    }
