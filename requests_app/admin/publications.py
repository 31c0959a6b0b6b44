"""What stands on the board, and what was taken down: a list to look after, changed on the workers' page."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from grids import access as doors
from grids.admin.base import ReadOnlyAdmin, user_of
from grids.admin.filters import CommunityFilter
from requests_app.models import Publication, Ticket

doors.register("requests_app.publication", view=doors.ADMIN_ROLES)


@admin.register(Publication)
class PublicationAdmin(ReadOnlyAdmin):
    list_display = ("ticket", "beginning", "community", "released_by", "released_at", "taken_down_at")
    list_filter = (("taken_down_at", admin.EmptyFieldListFilter), CommunityFilter)
    list_select_related = ("ticket", "community", "released_by")
    search_fields = ("=ticket__number",)
    fields = (
        *("ticket", "words", "answer", "place", "released_by", "released_at", "taken_down_at", "change"),
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Publication]:
        """Those of tickets that the reader may see."""
        return super().get_queryset(request).filter(ticket__in=Ticket.objects.visible_to(user_of(request)))

    @admin.display(description=_("what happened"))
    def beginning(self, row: Publication) -> str:
        return row.words[:40]

    @admin.display(description=_("Change or take down"))
    def change(self, row: Publication) -> SafeString:
        page = reverse("worker_publish", args=[row.ticket.number])
        return format_html('<a href="{}">{}</a>', page, row.ticket.number)
