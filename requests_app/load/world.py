"""What the thousand find: a street with ten thousand matters, and who of the staff is signed in."""

import json
from pathlib import Path

from django.core.management import call_command
from django.test import Client

from grids.models import Building, User
from requests_app.bench.copies import Copier, tidy
from requests_app.bench.specimens import COUNT, make_specimens
from requests_app.bench.street import make_street
from requests_app.models import Ticket
from wangguan import clock
from wangguan.runner import static

TICKETS = 10_000
PAGES = 500


def prepare(file: Path) -> None:
    """Fill the empty database and write to `file` what locust's people need to know of it."""
    call_command("migrate", verbosity=0)
    if not static.is_fresh():
        call_command("collectstatic", interactive=False, verbosity=0)
        static.mark_fresh()
    make_street()
    make_specimens(clock.now())
    Copier(most=TICKETS // COUNT).copy(1, TICKETS // COUNT - 1)
    tidy()
    file.write_text(json.dumps(_known()), encoding="utf-8")


def _known() -> dict[str, list[str]]:
    tokens = Ticket.objects.order_by("-id").values_list("token", flat=True)[:PAGES]
    return {
        "doors": list(Building.objects.values_list("address", flat=True)),
        "pages": [f"/t/{token}/" for token in tokens],
        "workers": [_signed_in(user) for user in User.objects.filter(username__startswith="worker-")],
        "desks": [_signed_in(User.objects.get(username="dispatcher"))],
    }


def _signed_in(user: User) -> str:
    """The key of a session of theirs."""
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value
