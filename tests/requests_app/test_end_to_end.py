"""One matter's whole way through the real web server, worker and broker, and a gateway's reports."""

import re
from collections.abc import Callable, Iterator
from uuid import uuid4

import httpx
import pytest
from django.conf import settings

from requests_app.models import Answer, Ticket
from requests_app.services import audit
from tests.cast import Cast
from tests.plugins.processes import Site, Worker, wait_until
from tests.standins import sms
from tests.standins.sms import SmsGateway

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

PASSWORD = "a-password-of-this-test"
PHONE = "13800000099"


class Browser(httpx.Client):
    """Fills in forms as a browser does: the page first, then its form with the page's key."""

    def submit(self, path: str, *, page: str = "", **fields: str) -> httpx.Response:
        """Send the form at `path` that stands on `page` (the same address), and want to be sent on."""
        assert self.get(page or path).status_code == 200
        form = {**fields, "csrfmiddlewaretoken": self.cookies["csrftoken"]}
        answer = self.post(path, files={name: (None, value) for name, value in form.items()})
        assert answer.status_code in (302, 303), answer.text
        return answer


@pytest.fixture(scope="module")
def _gateway(new_worker: Callable[..., Worker], web_server: Site) -> Iterator[SmsGateway]:
    """Takes text messages from a worker of its own and reports each delivered at once."""
    with SmsGateway() as gateway:
        gateway.secret = settings.SMS_REPORT_SECRET
        gateway.report_url, gateway.report_after = f"{web_server.url}/notify/sms/report/", (0.0,)
        address = f"{gateway.address}/send"
        worker = new_worker(SMS_BACKEND="gateway", SMS_GATEWAY_URL=address, SMS_GATEWAY_TOKEN=sms.TOKEN)
        yield gateway
        worker.stop()


@pytest.fixture
def gateway(_gateway: SmsGateway) -> SmsGateway:
    """Up, with nothing told yet."""
    _gateway.told.clear()
    return _gateway


@pytest.fixture
def resident(live_site: str) -> Iterator[Browser]:
    with Browser(base_url=live_site) as browser:
        yield browser


@pytest.fixture
def staff(live_site: str, cast: Cast) -> Iterator[Browser]:
    """The grid's worker, signed in."""
    cast.worker.set_password(PASSWORD)
    cast.worker.save(update_fields=["password"])
    with Browser(base_url=live_site) as browser:
        browser.submit("/accounts/login/", login=cast.worker.username, password=PASSWORD)
        yield browser


def told(resident: Browser) -> Ticket:
    """The ticket that the public form makes for a matter at the cast's building."""
    matter = {"description": "楼道灯不亮，老人晚上看不清。", "address": "九区3号楼", "contact_phone": PHONE}
    answer = resident.submit("/report/", **matter, consent="on", submission_id=str(uuid4()))
    token = re.fullmatch(r"/t/([\w-]+)/", answer.headers["Location"])
    assert token is not None
    return Ticket.objects.get(token=token[1])


def settle(staff: Browser, ticket: Ticket) -> None:
    """Accept and resolve it, as the worker does on the ticket's page."""
    page = f"/worker/tickets/{ticket.number}/"
    staff.submit(f"{page}steps/accept/", page=page, note="")
    staff.submit(f"{page}steps/resolve/", page=page, answer="您好，灯已经换好。")


def test_a_matter_told_on_the_web_is_answered_by_sms_and_closed_by_its_resident(
    cast: Cast, resident: Browser, staff: Browser, gateway: SmsGateway
) -> None:
    ticket = told(resident)
    settle(staff, ticket)
    wait_until(lambda: Ticket.objects.get(pk=ticket.pk).status == "answered")
    page = f"/t/{ticket.token}/"
    resident.submit(f"{page}verdict/", page=page, solved="yes", satisfaction="5", comment="谢谢")

    ticket.refresh_from_db()
    assert (ticket.grid, ticket.status, ticket.outcome) == (cast.grid, "closed", "confirmed")
    assert Answer.objects.get(ticket=ticket).reached_how == "sms"
    assert audit.violations() == {}


def test_the_gateway_gets_templates_with_a_number_and_a_link(
    resident: Browser, staff: Browser, gateway: SmsGateway
) -> None:
    ticket = told(resident)
    settle(staff, ticket)
    wait_until(lambda: len(gateway.told) == 3)

    link = {"number": ticket.number, "link": f"{settings.SITE_URL}/t/{ticket.token}/"}
    assert sorted(message["template"] for message in gateway.told) == ["ANSWER", "RECEIVED", "VERDICT"]
    assert [message["params"] for message in gateway.told] == [link] * 3
