"""The stand-ins as fixtures: running, and named in the settings."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.standins import sms
from tests.standins.sms import SmsGateway
from tests.standins.smtp import MailServer
from tests.standins.subscriber import Receiver
from tests.standins.wecom import WeComRobots


@pytest.fixture
def impatient(settings: Settings) -> None:
    """The portal waits half a second for the far end."""
    settings.NOTIFY_TIMEOUT = 0.5


@pytest.fixture
def sms_gateway(settings: Settings) -> Iterator[SmsGateway]:
    with SmsGateway() as gateway:
        settings.SMS_BACKEND = "gateway"
        settings.SMS_GATEWAY_URL = f"{gateway.address}/send"
        settings.SMS_GATEWAY_TOKEN = sms.TOKEN
        gateway.secret = settings.SMS_REPORT_SECRET
        settings.SMS_DROPS_REPEATS = True
        yield gateway


@pytest.fixture
def wecom_robots(settings: Settings) -> Iterator[WeComRobots]:
    with WeComRobots("robot-one", "robot-two") as robots:
        settings.WECOM_BASE_URL = robots.address
        yield robots


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield server


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Another system that listens on this machine."""
    with Receiver() as receiver:
        yield receiver
