"""One ticket taken through its whole way, over real HTTP, by the real worker and beat.

Nothing here touches the clock: to let a reminder fall due, only this ticket's own times are
moved into the past, as if it had been told earlier.
"""

import re
import time
from collections.abc import Callable
from datetime import timedelta

import httpx
from django.conf import settings
from django.core.management.base import CommandError
from django.db.models import F
from django.utils.translation import gettext as _

from requests_app import clockwork
from requests_app.models import Category, Reminder, ReminderKind, Ticket
from wangguan import clock

PASSWORD = "wangguan-demo"
PATIENCE = 90.0
_TIMES = (
    "clock_started_at", "accept_due", "base_due", "half_at", "yellow_at", "resolve_due",
    "due_at", "wake_at", "woken_at",
)  # fmt: skip
_FIELD = re.compile(
    r'<input[^>]*name="(?P<name>csrfmiddlewaretoken|submission_id)"[^>]*value="(?P<value>[^"]+)"'
)

Say = Callable[[str], None]


class Browser:
    """One person at one browser: cookies, forms with their hidden fields, redirects."""

    def __init__(self, base_url: str) -> None:
        self.http = httpx.Client(base_url=base_url, follow_redirects=True, timeout=20, trust_env=False)

    def send(self, form_at: str, to: str = "", **fields: str) -> httpx.Response:
        """Open the page with the form, fill it, and post it (to another address, if given).

        Raises:
            CommandError: the portal refused it.
        """
        page = self.http.get(form_at)
        hidden = {match["name"]: match["value"] for match in _FIELD.finditer(page.text)}
        answer = self.http.post(to or form_at, data=hidden | fields)
        if answer.status_code != httpx.codes.OK:
            raise CommandError(f"POST {to or form_at}: {answer.status_code}")
        return answer

    def sign_in(self, login: str) -> "Browser":
        self.send("/accounts/login/", login=login, password=PASSWORD)
        return self

    def step(self, ticket: Ticket, name: str, **fields: str) -> None:
        page = f"/worker/tickets/{ticket.number}/"
        self.send(page, f"{page}steps/{name}/", **fields)
        ticket.refresh_from_db()


class Walk:
    """The way of one ticket, told line by line through `say`."""

    def __init__(self, base_url: str, say: Say) -> None:
        if not settings.DEMO:
            raise CommandError(_("Only the demo walks a ticket: it moves due times."))
        self.base_url = base_url
        self.say = say

    def go(self) -> None:
        resident, ticket = self._tell()
        self._let_fall_due(ticket, ReminderKind.ACCEPT_MISSED, _("not accepted in time: the leader is told"))
        worker = Browser(self.base_url).sign_in("worker")
        worker.step(ticket, "accept")
        self.say(_("accepted by the grid; first handler named"))
        self._let_fall_due(ticket, ReminderKind.HALF_TIME, _("half of the time is over: reminded"))
        worker.step(ticket, "escalate", note=_("The cable belongs to the power company; please coordinate."))
        self.say(_("climbs to the community"))
        self._let_fall_due(ticket, ReminderKind.YELLOW_CARD, _("yellow card: due soon"))
        Browser(self.base_url).sign_in("community").step(
            ticket, "escalate", note=_("Needs the section for city management.")
        )
        self.say(_("climbs to the street"))
        self._let_fall_due(ticket, ReminderKind.RED_CARD, _("red card: overdue, the level above supervises"))
        self._settle(resident, ticket)

    def _tell(self) -> tuple[Browser, Ticket]:
        resident = Browser(self.base_url)
        lamp = Category.objects.filter(name="路灯").first()
        page = resident.send(
            "/report/",
            description=_("The street lamp by the entrance has been dark for three nights."),
            category=lamp.code if lamp else "",
            address="九区3号楼",
            contact_name=_("Zhang (demo)"),
            contact_phone="13900009999",
            consent="on",
        )
        ticket = Ticket.objects.get(token=str(page.url).rstrip("/").rsplit("/", 1)[-1])
        self.say(_("told: %(number)s reached %(grid)s") % {"number": ticket.number, "grid": ticket.grid})
        return resident, ticket

    def _settle(self, resident: Browser, ticket: Ticket) -> None:
        street = Browser(self.base_url).sign_in("street")
        street.step(ticket, "resolve", answer=_("The cable was repaired today and the lamp is on again."))
        self.say(_("resolved by the street, the answer is written"))
        self._await(_("answer delivered"), lambda: self._fresh(ticket).status == "answered")
        self.say(_("answer delivered: text message with the gateway's report"))
        page = f"/t/{ticket.token}/"
        resident.send(page, f"{page}verdict/", solved="yes", satisfaction="5", comment=_("Thank you!"))
        self.say(_("resident satisfied: solved, 5 of 5"))
        self._await(_("closed"), lambda: self._fresh(ticket).status == "closed")
        self.say(_("closed: the loop is complete, see %(url)s") % {"url": f"{self.base_url}{page}"})

    def _let_fall_due(self, ticket: Ticket, kind: ReminderKind, told: str) -> None:
        """Move the ticket's times so that this reminder is due, and wait until beat and worker sent it."""
        ticket.refresh_from_db()
        due = min((alarm.at for alarm in clockwork.alarms(ticket) if alarm.kind == kind), default=None)
        if due is None:
            raise CommandError(f"{ticket.number}: {kind}")
        make_older(ticket, by=due - clock.now() + timedelta(seconds=1))
        sent = Reminder.objects.filter(ticket=ticket, kind=kind)
        self._await(told, sent.exists)
        self.say(told)

    def _await(self, what: str, happened: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE
        while not happened():
            if time.monotonic() > until:
                raise CommandError(_("Waited in vain for: %(what)s") % {"what": what})
            time.sleep(0.2)

    @staticmethod
    def _fresh(ticket: Ticket) -> Ticket:
        ticket.refresh_from_db()
        return ticket


def make_older(ticket: Ticket, *, by: timedelta) -> None:
    """Move all of a demo ticket's times into the past, so that its deadlines keep their distances."""
    if not settings.DEMO:
        raise CommandError(_("Only the demo walks a ticket: it moves due times."))
    Ticket.objects.filter(pk=ticket.pk).update(**{name: F(name) - by for name in _TIMES})
