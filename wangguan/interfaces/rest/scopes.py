"""What a key may be used for. A key narrows what its account may do and never widens it."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAuthenticated
from rest_framework.request import Request

from wangguan.interfaces.models import ApiKey, Scope
from wangguan.interfaces.rest.problems import MissingScope

V = TypeVar("V", bound=Callable[..., Any])


class NoKeyWithoutScope(BasePermission):
    """The default: where a view names no scope, no key opens it."""

    reading: Scope | None = None
    writing: Scope | None = None

    @classmethod
    def scope(cls, method: str) -> Scope | None:
        """The scope that a key needs for this method."""
        return cls.reading if method in SAFE_METHODS else cls.writing

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the caller may knock at all; which rows it sees is the rooms' to say.

        Raises:
            MissingScope: the key lacks the scope that the view names.
        """
        if not isinstance(request.auth, ApiKey):
            return True
        scope = self.scope(request.method or "")
        if scope is None:
            raise MissingScope
        if not request.auth.has(scope):
            sentence = _("This key lacks the scope “%(scope)s”. A street leader can make one that has it.")
            raise MissingScope(sentence % {"scope": scope.value})
        return True


def needs(reading: Scope | None = None, *, writing: Scope | None = None) -> Callable[[V], V]:
    """Open a view to keys with a scope: one for GET, one for what changes something.

    Stands below `@api_view`. Who is signed in to the portal needs no scope.
    """
    scopes = {"reading": reading, "writing": writing}
    permission = type("HasScope", (NoKeyWithoutScope,), scopes)

    def guard(view: V) -> V:
        view.permission_classes = [IsAuthenticated, permission]  # type: ignore[attr-defined]
        return view

    return guard
