"""The tree of what people bring, with the limits in force."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from grids.models import Line
from requests_app.deadlines import Limit
from requests_app.models import Category
from requests_app.workflow import Urgency
from wangguan.interfaces.models import Scope
from wangguan.interfaces.rest.openapi import operation
from wangguan.interfaces.rest.scopes import needs
from wangguan.workdays import day_length

A_MINUTE = 60


@extend_schema_serializer(component_name="Limit")
class LimitShape(serializers.Serializer[Limit]):
    """How long something may take: minutes round the clock, or working days; the other is null."""

    minutes = serializers.SerializerMethodField()
    working_days = serializers.SerializerMethodField()

    def get_minutes(self, limit: Limit) -> int | None:
        return None if limit.working else round(limit.span.total_seconds() / A_MINUTE)

    def get_working_days(self, limit: Limit) -> float | None:
        return round(limit.span / day_length(), 1) if limit.working else None


@extend_schema_serializer(component_name="Limits")
class LimitsShape(serializers.Serializer[Any]):
    """Counted from the moment a matter is told."""

    accept = LimitShape()
    resolve = LimitShape()


@extend_schema_serializer(component_name="Category")
class CategoryShape(serializers.Serializer[Category]):
    """What a matter may be filed under."""

    code = serializers.CharField()
    name = serializers.CharField()
    line = serializers.ChoiceField(choices=Line.choices, help_text=_("The line of work it belongs to."))
    urgency = serializers.ChoiceField(choices=Urgency.choices, help_text=_("A is the most urgent."))
    urgency_label = serializers.CharField(source="get_urgency_display")
    limits = LimitsShape()


class CategoryGroup(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    categories = CategoryShape(many=True)


class CategoryTree(serializers.Serializer[Any]):
    """Groups in the order in which forms show them."""

    results = CategoryGroup(many=True)


@operation(
    "list_categories",
    _("Categories by group"),
    _("What a new matter may be filed under, with how soon it is accepted and resolved."),
    tag="territory",
    answers={200: CategoryTree},
)
@api_view(["GET"])
@needs(Scope.TERRITORY_READ)
def categories(request: Request) -> Response:
    """The categories in use by group: what a new ticket may be filed under."""
    offered = Category.objects.offered().order_by("parent__position", "parent__code", "position", "code")
    return Response(CategoryTree({"results": list(_groups(offered))}).data)


def _groups(offered: Iterable[Category]) -> Iterable[dict[str, Any]]:
    for group, members in groupby(offered, key=lambda category: category.parent):
        if group is not None:
            yield {"code": group.code, "name": group.name, "categories": list(members)}
