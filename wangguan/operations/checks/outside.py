"""What lies beyond the machine, and what the world outside decides."""

from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone

from wangguan import clock, workdays
from wangguan.operations.checks.finding import Finding, advice, unsafe, warning

NOTICE_MONTH = 11
"""The State Council publishes next year's holidays in November."""
TESTED_BACKENDS = ("console", "file", "locmem", "dummy")


def sms() -> Iterator[Finding]:
    """Answers reach phones."""
    if settings.SMS_BACKEND != "gateway" or not settings.SMS_GATEWAY_URL:
        yield unsafe(
            "No SMS gateway is set",
            "No resident hears an answer by phone; every one becomes a call for somebody to make.",
            "Set SMS_BACKEND=gateway, SMS_GATEWAY_URL and its token (docs/sms-gateway.md).",
        )
    elif not settings.SMS_GATEWAY_URL.startswith("https://"):
        yield unsafe(
            "SMS_GATEWAY_URL is not https://",
            "Phones of residents pass through the net in the clear.",
            "Ask the gateway for its https:// address.",
        )
    elif not settings.SMS_GATEWAY_TOKEN:
        yield warning(
            "SMS_GATEWAY_TOKEN is empty",
            "Most gateways refuse a message without one.",
            "Write it to deploy/secrets/sms_gateway_token, unless your gateway knows you otherwise.",
        )


def email() -> Iterator[Finding]:
    """Reports go out by mail."""
    backend = settings.EMAIL_BACKEND.split(".")[-2]
    if any(word in backend for word in TESTED_BACKENDS):
        yield warning(
            f"Mail is written to a {backend} instead of sent",
            "Weekly reports and reset passwords reach nobody.",
            "Write smtp+ssl://user:password@host:465 to deploy/secrets/email_url.",
        )
    elif settings.EMAIL_HOST in ("localhost", "127.0.0.1", ""):
        yield warning(
            "EMAIL_URL is not set: mail goes to this very machine",
            "In a container nobody listens there; weekly reports reach nobody.",
            "Write smtp+ssl://user:password@host:465 to deploy/secrets/email_url.",
        )


def map_tiles() -> Iterator[Finding]:
    """A map with streets on it."""
    if not settings.TILE_URL:
        yield advice(
            "TILE_URL is empty",
            "The map shows boundaries without streets.",
            "Set TILE_URL, TILE_DATUM and TILE_ATTRIBUTION (天地图 gives a key to public bodies).",
        )
    elif not settings.TILE_URL.startswith("https://"):
        yield warning(
            "TILE_URL is not https://",
            "Browsers refuse its pictures on a page with TLS.",
            "Use the https:// address of the same map.",
        )


def record_number() -> Iterator[Finding]:
    """备案号."""
    if not settings.ICP_NUMBER:
        yield advice(
            "ICP_NUMBER is empty",
            "A public site in China has to show its 备案号.",
            "Set ICP_NUMBER (and POLICE_NUMBER) as registered.",
        )


def calendar() -> Iterator[Finding]:
    """Deadlines in working days know the holidays."""
    today = timezone.localdate(clock.now())
    years = (today.year, today.year + 1) if today.month >= NOTICE_MONTH else (today.year,)
    for year in years:
        if not workdays.current_calendar().published(year):
            yield warning(
                f"The holidays of {year} are not entered",
                "Monday to Friday counts: limits run through 春节 and stand still on make-up days.",
                "Enter the State Council's notice in the admin, under “Imported years”.",
            )
