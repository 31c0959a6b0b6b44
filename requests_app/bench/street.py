"""The street, its categories and enough people to serve it, for a measurement."""

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from grids.models import Community, Grid, Line, Post, Role, Street, User
from grids.services import load_street
from requests_app.categories import load_categories

FILE = Path("grids", "data", "wangguanzhuang.json")
SINCE = date(2020, 1, 1)


def make_street() -> None:
    """The shipped territory; each grid with a leader and a worker, community and street staffed."""
    load_street((settings.BASE_DIR / FILE).read_bytes())
    load_categories()
    street = Street.objects.get()
    for grid in Grid.objects.order_by("code"):
        _serve(f"leader-{grid.code}", Role.GRID_LEADER, grid=grid)
        _serve(f"worker-{grid.code}", Role.FULL_TIME_WORKER, grid=grid)
    for community in Community.objects.order_by("code"):
        _serve(f"staff-{community.code}", Role.COMMUNITY_STAFF, community=community)
    for role in (Role.DISPATCHER, Role.SECTION_STAFF, Role.STREET_LEADER):
        _serve(str(role), role, street=street)


def _serve(username: str, role: Role, **unit: Any) -> None:
    sections = list(Line.values) if role == Role.SECTION_STAFF else []
    person = User.objects.create(
        username=username, real_name="测试", phone="13800000001", password="!", sections=sections
    )
    Post.objects.create(user=person, role=role, starts_on=SINCE, **unit)
