"""The portal on this machine for one run: servers, tables, the street with its people."""

import os
import shutil
from functools import partial
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection

from grids.models import Building, User
from requests_app.bench.street import make_street
from requests_app.torture.gateway import TOKEN, Gateway
from requests_app.torture.lives import Place
from requests_app.torture.run import JOURNAL, Plan, Torture, await_, say
from requests_app.torture.stack import Stack
from wangguan.embedded import broker, places, postgres
from wangguan.runner import services, static
from wangguan.runner.services import Service

PASSWORD = "torture-of-the-portal"
READY_WITHIN = 60.0
MOST_SHOWN = 200


def torture(plan: Plan, folder: Path) -> int:
    """Start all of it, run, stop; 1 when there are faults, each printed."""
    port = int(os.environ["PORT"])
    site = f"http://127.0.0.1:{port}"
    stack = Stack(servers(folder))
    with Gateway(seed=plan.seed) as gateway:
        gateway.report_url = f"{site}/notify/sms/report/"
        settings.SMS_BACKEND, settings.SMS_GATEWAY_URL = "gateway", gateway.address
        settings.SMS_GATEWAY_TOKEN = TOKEN
        try:
            stack.start()
            doors = prepare()
            stack = Stack([*stack.services.values(), *portal(port, gateway, folder)])
            stack.start()
            await_(lambda: not services.what_is_wrong(f"{site}/readyz"), patience=READY_WITHIN)
            say(f"seed {plan.seed}; {durability()}")
            run = Torture(plan, stack=stack, gateway=gateway, site=site, places=doors, folder=folder)
            return judged(run.run(password=PASSWORD), folder)
        finally:
            connection.close()
            stack.stop()


def judged(faults: list[str], folder: Path) -> int:
    """Print the verdict; the exit code. Where there are faults, journal and logs are kept."""
    if not faults:
        say("Every acknowledged ticket, step, verdict and answer is there once; the audit is clean.")
        return 0
    say(f"{len(faults)} faults:")
    for fault in faults[:MOST_SHOWN]:
        say(f"  {fault}")
    kept = places.DATA / "torture"
    shutil.copytree(folder / "log", kept, dirs_exist_ok=True)
    shutil.copy(folder / JOURNAL, kept)
    say(f"Journal and logs: {kept}")
    return 1


def servers(folder: Path) -> list[Service]:
    """PostgreSQL as durable as in production, and the broker."""
    return [
        Service("postgres", partial(postgres.start, folder), postgres.stop),
        Service("broker", partial(broker.start, folder), broker.stop),
    ]


def portal(port: int, gateway: Gateway, folder: Path) -> list[Service]:
    """Web server, worker and beat; residents have addresses of their own, and the gateway tells them."""
    env = services.environment(port) | {
        "TRUSTED_PROXIES": "1",
        "SMS_BACKEND": "gateway",
        "SMS_GATEWAY_URL": gateway.address,
        "SMS_GATEWAY_TOKEN": TOKEN,
    }
    return services.ours(port, env, folder=folder)


def prepare() -> list[Place]:
    """Tables, static files, the street; a place for every grid that has a door."""
    call_command("migrate", verbosity=0)
    if not static.is_fresh():
        call_command("collectstatic", interactive=False, verbosity=0)
        static.mark_fresh()
    make_street()
    User.objects.update(password=make_password(PASSWORD))
    doors = Building.objects.select_related("grid__community").order_by("grid__code", "id")
    first = {door.grid_id: door for door in reversed(doors)}
    return [
        Place(door.address, f"worker-{door.grid.code}", f"staff-{door.grid.community.code}")
        for door in sorted(first.values(), key=lambda door: door.pk)
    ]


def durability() -> str:
    """The settings of the database that decide what a commit is worth."""
    with connection.cursor() as cursor:
        found = []
        for name in ("server_version", "fsync", "synchronous_commit", "full_page_writes"):
            cursor.execute(f"SHOW {name}")
            found.append(f"{name}={cursor.fetchone()[0]}")
    return "PostgreSQL " + ", ".join(found)
