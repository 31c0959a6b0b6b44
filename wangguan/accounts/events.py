"""What happens at the door, written into the audit log: by our adapter, and by signals of others."""

from typing import Any

from allauth.account.signals import password_changed, password_set
from allauth.mfa import signals as factors
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest

from wangguan import auditlog
from wangguan.accounts import second_factor
from wangguan.auditlog import Kind
from wangguan.limits import HOUR, Limit

FAILURES = Limit("audit_failures", most=500, seconds=HOUR)
"""Rows of failed sign-ins in an hour, from everywhere: a flood of guesses is no flood of rows."""
LOCKED = Limit("audit_locked", most=1, seconds=15 * 60)
"""One row for a name that has to wait, however often somebody goes on trying."""
EVERYWHERE = "everywhere"


def connect() -> None:
    """Listen; called once at start-up."""
    user_logged_out.connect(_signed_out, dispatch_uid="audit_signed_out")
    for changed in (password_changed, password_set):
        changed.connect(_password_changed, dispatch_uid="audit_password_changed")
    factors.authentication_failed.connect(_wrong_code, dispatch_uid="audit_wrong_code")
    factors.authenticator_used.connect(_factor_used, dispatch_uid="audit_factor_used")
    factors.authenticator_added.connect(_factor_added, dispatch_uid="audit_factor_added")
    factors.authenticator_reset.connect(_factor_renewed, dispatch_uid="audit_factor_renewed")
    factors.authenticator_removed.connect(_factor_removed, dispatch_uid="audit_factor_removed")


def signed_in(request: HttpRequest, user: Any) -> None:
    """Whole: with the second factor where there is one."""
    detail = {"second_factor": second_factor.was_shown(request)}
    auditlog.write(Kind.SIGN_IN, actor=user, subject=about(user), detail=detail, request=request)


def wrong_password(request: HttpRequest, username: str) -> None:
    """Of an unknown name nothing is kept: it may be a password typed into the wrong box."""
    user = get_user_model().objects.filter(username=username).first()
    _failed(request, user, {"step": "password", "known": user is not None})


def locked(request: HttpRequest, username: str) -> None:
    """Somebody goes on trying a name that has to wait."""
    if LOCKED.take(username):
        user = get_user_model().objects.filter(username=username).first()
        _failed(request, user, {"step": "waiting", "known": user is not None})


def about(user: Any) -> str:
    """An account as the log names it."""
    return f"grids.user:{user.pk}"


def _failed(request: HttpRequest, user: Any, detail: dict[str, Any]) -> None:
    """Nobody is the actor: whoever typed the name need not be its owner."""
    if FAILURES.take(EVERYWHERE):
        subject = about(user) if user else ""
        auditlog.write(Kind.SIGN_IN_FAILED, actor=None, subject=subject, detail=detail, request=request)


def _signed_out(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    if user is not None:
        auditlog.write(Kind.SIGN_OUT, actor=user, subject=about(user), request=request)


def _password_changed(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    auditlog.write(Kind.PASSWORD_CHANGED, actor=user, subject=about(user), request=request)


def _wrong_code(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    _failed(request, user, {"step": "second factor", "known": True})


def _factor_used(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    second_factor.shown(request)


def _factor_added(request: HttpRequest, user: Any, authenticator: Any, **kwargs: Any) -> None:
    second_factor.shown(request)
    _factor(Kind.SECOND_FACTOR_SET, request, user, authenticator)


def _factor_renewed(request: HttpRequest, user: Any, authenticator: Any, **kwargs: Any) -> None:
    _factor(Kind.SECOND_FACTOR_SET, request, user, authenticator)


def _factor_removed(request: HttpRequest, user: Any, authenticator: Any, **kwargs: Any) -> None:
    if not second_factor.has_one(user):
        second_factor.forget(request)
    _factor(Kind.SECOND_FACTOR_RESET, request, user, authenticator)


def _factor(kind: Kind, request: HttpRequest, user: Any, authenticator: Any) -> None:
    detail = {"factor": str(authenticator.type)}
    auditlog.write(kind, actor=user, subject=about(user), detail=detail, request=request)
