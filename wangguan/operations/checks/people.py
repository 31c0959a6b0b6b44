"""Who may come in, and with what."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from wangguan.operations.checks.finding import Finding, unsafe

DEMO_PASSWORD = "wangguan-demo"
DEMO_NAMES = (
    "director", "street", "community", "leader", "worker", "worker2", "parttime", "instructor", "specialist",
    "department", "auditor",
)  # fmt: skip


def second_factor() -> Iterator[Finding]:
    """Staff sign in with more than a password."""
    if not apps.is_installed("allauth.mfa") or not getattr(settings, "MFA_REQUIRED", False):
        yield unsafe(
            "A second factor is not required of staff",
            "One password read over a shoulder opens the register of residents.",
            "Set MFA_REQUIRED=1 (or take MFA_REQUIRED=0 out); everybody sets theirs up at the next sign-in.",
        )


def superusers() -> Iterator[Finding]:
    """Those who may do everything have set theirs up."""
    if not apps.is_installed("allauth.mfa"):
        return
    without = _active().filter(is_superuser=True, authenticator=None).order_by("username")
    if names := list(without.values_list("username", flat=True)):
        yield unsafe(
            f"Superusers without a second factor: {', '.join(names)}",
            "They may do everything, with a password alone until their first sign-in.",
            "Let each sign in once and set it up, or take the right away.",
        )


def demo_accounts() -> Iterator[Finding]:
    """Accounts of the demo with its public password."""
    known = _active().filter(username__in=DEMO_NAMES).order_by("username")
    if names := [user.username for user in known if user.check_password(DEMO_PASSWORD)]:
        yield unsafe(
            f"Demo accounts with the demo's password: {', '.join(names)}",
            "The password stands in README.md.",
            "Deactivate them, or start on an empty database: demo data does not belong here.",
        )


def _active() -> QuerySet[Any]:
    return get_user_model()._default_manager.filter(is_active=True)
