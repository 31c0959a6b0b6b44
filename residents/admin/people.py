"""Lists whose rows are people or their homes."""

from django.http import HttpRequest

from grids.admin.base import ReadOnlyAdmin, user_of
from residents.services.exchange import places


class PeopleList(ReadOnlyAdmin):
    """Not taken out by one press, masked or not: an export is asked for, and a second person decides."""

    export_asked_at = "admin:residents_personalexport_add"

    def may_export(self, request: HttpRequest) -> bool:
        return places.may_exchange(user_of(request))
