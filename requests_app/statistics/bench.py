"""What the statistics page costs with everything the bench loaded."""

import time

from django.test import Client

from grids.models import User
from requests_app.statistics.services import rebuild, roll
from wangguan.measuring import cost_of

AIM = 60.0
ADDRESSES = {
    "statistics page, last 30 days": "/admin/statistics/",
    "statistics page, this year": "/admin/statistics/?span=year",
    "statistics page, last 30 days, three filters": "/admin/statistics/?line=city&source=qr&level=grid",
    "matters behind a number": "/admin/statistics/behind/?measure=arrived",
}
RUNS = 15
REBUILT = 60_000.0
"""No aim of the issue's: a rebuild is done by hand, a roll every minute."""


def measure() -> list[tuple[str, float, int, float]]:
    """What, median milliseconds, statements, and the aim in milliseconds."""
    began = time.perf_counter()
    rebuild()
    whole = (time.perf_counter() - began) * 1000
    office = Client()
    office.force_login(User.objects.get(username="dispatcher"))
    found = [(what, *_cost(office, address), AIM) for what, address in ADDRESSES.items()]
    began = time.perf_counter()
    roll()
    idle = (time.perf_counter() - began) * 1000
    return [*found, ("rebuild of all figures", whole, 0, REBUILT), ("roll with nothing to do", idle, 0, AIM)]


def _cost(office: Client, address: str) -> tuple[float, int]:
    """Median time of the page, middleware included, and its statements."""
    cost = cost_of(lambda: _expect(office, address), runs=RUNS)
    return cost.milliseconds, cost.statements


def _expect(office: Client, address: str) -> None:
    if office.get(address).status_code != 200:
        raise RuntimeError(f"{address} did not answer")
