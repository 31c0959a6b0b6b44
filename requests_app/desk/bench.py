"""What the desk costs on the bench's database: the page, asking whether it changed, an export."""

import re
import resource
from typing import Any

from django.test import Client

from grids.models import Post, Role
from wangguan.measuring import cost_of

EXPORT = "/admin/requests_app/ticket/export/"


def measure() -> list[tuple[str, float, int, float]]:
    """(what, median ms, statements, aim ms); the export's line says megabytes above the baseline instead."""
    street, community = _client(Role.DISPATCHER), _client(Role.COMMUNITY_STAFF)
    return [
        _page("street's desk", street, "/admin/", 60),
        _page("community's desk", community, "/admin/", 60),
        _page("desk unchanged", street, "/admin/desk/fresh/?stamp=", 60),
        _export(street),
    ]


def _client(role: Role) -> Client:
    client = Client()
    client.force_login(Post.objects.current().filter(role=role).earliest("pk").user)
    return client


def _page(what: str, client: Client, address: str, aim: float) -> tuple[str, float, int, float]:
    if address.endswith("stamp="):
        address += _stamp(client)

    def visit() -> None:
        if client.get(address).status_code not in (200, 204):
            raise RuntimeError(f"{address} did not open")

    cost = cost_of(visit, runs=30)
    return what, cost.milliseconds, cost.statements, aim


def _stamp(client: Client) -> str:
    """The stamp that the desk's page sends along when it asks whether anything changed."""
    found = re.search(r'data-stamp="([^"]+)"', client.get("/admin/").content.decode())
    if not found:
        raise RuntimeError("the desk has no stamp")
    return found[1]


def _export(client: Client) -> tuple[str, float, int, float]:
    before = _peak()
    answer: Any = client.post(EXPORT)
    size = sum(len(piece) for piece in answer.streaming_content)
    answer.close()
    if not size:
        raise RuntimeError("the export was empty")
    return "xlsx of 50,000 rows, MB above the baseline", _peak() - before, 0, 200


def _peak() -> float:
    """Most memory of this process so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
