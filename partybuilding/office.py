"""What the admin's pages of party building share: whoever sees a row does not yet keep it."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from grids.admin.base import ScopedAdmin, user_of
from partybuilding import access
from wangguan.journal import Telling


class PartyAdmin(Telling, ScopedAdmin):
    """Rows of one's own communities are kept by their offices, the street's by its section and leaders."""

    community_path: ClassVar[str] = "community_id"
    """How a row reaches its community's key, by attributes; None there: it belongs to the street."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and access.may_write(user_of(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._keeps(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._keeps(request, obj)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Whoever keeps communities only must name one of them: empty would mean the street."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name == "community" and not access.keeps_street(user_of(request)):
            field.required = True
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """What a form was made to say by hand does not carry a row into somebody else's community."""
        if not self._keeps(request, obj):
            raise PermissionDenied
        super().save_model(request, obj, form, change)

    def _keeps(self, request: HttpRequest, obj: Any) -> bool:
        user = user_of(request)
        if obj is None:
            return access.may_write(user)
        for step in self.community_path.split("."):
            obj = getattr(obj, step)
        return access.keeps(user, obj)
