"""How the portal is reached, and what its settings leave open."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks as django_checks

from wangguan.operations.checks.finding import Finding, unsafe, warning


def demo() -> Iterator[Finding]:
    """The demo's keys and passwords stand in the source."""
    if settings.DEMO:
        yield unsafe(
            "DEMO is on",
            "Its keys and passwords are public: anybody reads every phone and signs in as the director.",
            "Set DEMO=0, and SECRET_KEY, HASH_KEY and FIELD_KEYS of your own; start on an empty database.",
        )


def debug() -> Iterator[Finding]:
    """Django's page of errors shows variables."""
    if settings.DEBUG:
        yield unsafe(
            "DEBUG is on",
            "An error's page shows settings and what residents wrote to whoever caused it.",
            "Set DEBUG=0 and restart web and workers.",
        )


def address() -> Iterator[Finding]:
    """Only https:// makes cookies, redirects and HSTS strict."""
    if not settings.SECURE:
        yield unsafe(
            f"SITE_URL is {settings.SITE_URL}",
            "Without https:// passwords and phones pass in the clear, and cookies can be stolen.",
            "Set SITE_URL=https://… to the name that residents use; the proxy fetches the certificate.",
        )


def hosts() -> Iterator[Finding]:
    """Names under which the portal answers."""
    open_ones = [name for name in settings.ALLOWED_HOSTS if name.startswith(("*", "."))]
    if open_ones:
        yield unsafe(
            f"ALLOWED_HOSTS holds {', '.join(open_ones)}",
            "Whoever sends another host name gets links and redirects that lead to their own site.",
            "Name each host in ALLOWED_HOSTS, without wildcards.",
        )
    host = urlsplit(settings.SITE_URL).hostname or ""
    if host not in settings.ALLOWED_HOSTS and not open_ones:
        yield unsafe(
            f"{host} of SITE_URL is missing in ALLOWED_HOSTS",
            "Every request of every resident is answered with 400.",
            f"Add {host} to ALLOWED_HOSTS.",
        )


def proxies() -> Iterator[Finding]:
    """Behind a proxy that is not believed everybody has one address."""
    if settings.SECURE and settings.TRUSTED_PROXIES == 0:
        yield warning(
            "TRUSTED_PROXIES is 0",
            "TLS ends in a proxy, so every resident seems to come from its address: they share one limit, "
            "and the log of sign-ins names nobody.",
            "Set TRUSTED_PROXIES to the number of proxies in front (docker-compose.yml: 1).",
        )


def deployment() -> Iterator[Finding]:
    """What `check --deploy` finds."""
    for message in django_checks.run_checks(include_deployment_checks=True):
        if message.level >= django_checks.WARNING and not message.is_silenced():
            yield warning(
                f"check --deploy: {message.id}",
                str(message.msg).split("\n", 1)[0],
                str(message.hint or "See Django's deployment checklist.").split("\n", 1)[0],
            )
