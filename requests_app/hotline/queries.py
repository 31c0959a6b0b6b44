"""Questions of the hotline's pages."""

from typing import Any

from django.db.models import QuerySet

from grids.models import User
from requests_app.hotline.models import HotlineRow, HotlineRun, ReplyExport
from requests_app.models import Ticket

PAGE = 30


def after(rows: QuerySet[Any], key: str) -> QuerySet[Any]:
    """What follows the row with this key in a list that shows the newest first."""
    return rows.filter(pk__lt=int(key)) if key.isdecimal() and len(key) < 18 else rows


def runs() -> QuerySet[HotlineRun]:
    """For the list: without the reports, which may be long."""
    return HotlineRun.objects.select_related("by", "layout").defer("report").order_by("-pk")


def exports() -> QuerySet[ReplyExport]:
    return ReplyExport.objects.select_related("by", "told_by", "layout").order_by("-pk")


def rows_of(run: HotlineRun, user: User) -> QuerySet[HotlineRow]:
    """The rows of an import whose tickets this person may see."""
    seen = Ticket.objects.visible_to(user)
    rows = HotlineRow.objects.filter(run=run, ticket__in=seen).defer("cells").order_by("pk")
    return rows.select_related("ticket", "ticket__grid", "ticket__community").defer(
        "cells", "ticket__description", "ticket__contact_name", "ticket__contact_phone",
        "ticket__grid__boundary", "ticket__community__boundary",
    )  # fmt: skip
