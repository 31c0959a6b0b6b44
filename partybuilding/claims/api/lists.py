"""Reading the three lists: what everybody may read, and for its office also what is not published."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework.decorators import api_view
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from grids.api.fields import CommunityField, one_of
from grids.models import User
from partybuilding.claims.api.shapes import ItemShape
from partybuilding.claims.models import Claim, Item
from partybuilding.claims.queries import ItemQuerySet
from partybuilding.claims.terms import Kind, Sort
from partybuilding.claims.workflow import HELD, State
from wangguan.interfaces.models import Scope
from wangguan.interfaces.rest.openapi import CURSOR, LINK, operation, page_of, query
from wangguan.interfaces.rest.pages import Newest
from wangguan.interfaces.rest.problems import Unclear
from wangguan.interfaces.rest.scopes import needs

View = Callable[..., Any]
TAG = "lists"
WORDS_MAX = 60
KEY = OpenApiParameter(
    "item_id",
    {"type": "integer", "minimum": 1, "maximum": 2**63 - 1},
    "path",
    description=gettext_lazy("The item's id."),
)


class ItemFilters(forms.Form):
    """Filters of the three lists; all that are given must hold."""

    community = CommunityField()
    kind = one_of(Kind.choices)
    state = one_of(State.choices)
    q = forms.CharField(required=False, max_length=WORDS_MAX)

    def narrow(self, rows: ItemQuerySet) -> ItemQuerySet:
        """The items that all filters leave."""
        chosen = self.cleaned_data
        exact = {name: chosen[name] for name in ("community", "kind", "state") if chosen[name]}
        return rows.filter(**exact).search(chosen["q"])


def list_of(sort: Sort, *, name: str, summary: Promise) -> View:
    """The view of one of the three lists."""

    @operation(
        name,
        summary,
        gettext_lazy(
            "Newest first: what is published, and for the office that keeps it also what is not yet or no "
            "longer. Who told it, and how to reach them, is not shown."
        ),
        tag=TAG,
        answers={200: page_of(ItemShape)},
        refuses=[400],
        parameters=[
            query("community", gettext_lazy("Code of a community, 12 digits.")),
            query("kind", gettext_lazy("What is needed or given."), enum=Kind.values),
            query("state", gettext_lazy("How far it is."), enum=State.values),
            query(
                "q",
                gettext_lazy("Words of the title, the text or the place."),
                of={"type": "string", "maxLength": WORDS_MAX},
            ),
            *(CURSOR, LINK),
        ],
    )
    @api_view(["GET"])
    @needs(Scope.LISTS_READ)
    def items(request: Request) -> Response:
        filters = ItemFilters(request.query_params)
        if not filters.is_valid():
            raise Unclear.of(filters)
        pages = Newest()
        shown = pages.paginate_queryset(filters.narrow(_open_to(request, sort)), request)
        return pages.get_paginated_response(ItemShape(shown, many=True, context={"request": request}).data)

    return cast(View, items)


def one_in(sort: Sort, *, name: str, summary: Promise) -> View:
    """The view of one item of a list."""

    @operation(name, summary, tag=TAG, answers={200: ItemShape}, parameters=[KEY])
    @api_view(["GET"])
    @needs(Scope.LISTS_READ)
    def item(request: Request, item_id: int) -> Response:
        if found := _open_to(request, sort).filter(pk=item_id).first():
            return Response(ItemShape(found, context={"request": request}).data)
        raise NotFound(_("There is no such item, or it is not published."))

    return cast(View, item)


def _open_to(request: Request, sort: Sort) -> ItemQuerySet:
    """What everybody may read and what the caller's office keeps or overlooks, with who takes part."""
    user = cast(User, request.user)
    rows = (Item.objects.listed() | Item.objects.visible_to(user)).filter(sort=sort)
    held = Claim.objects.filter(state__in=sorted(HELD)).select_related("unit", "community")
    held = held.defer("community__boundary", "unit__contact_name", "unit__contact_phone")
    return rows.shown().prefetch_related(Prefetch("claims", held), Prefetch("paired", held))
