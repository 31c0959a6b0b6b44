"""Figures as JSON, each under the name of its definition."""

from collections.abc import Sequence
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from requests_app.statistics.api.filters import BY
from requests_app.statistics.definitions import COUNTS, HOURS, MORE_RATES, THREE_RATES, Definition
from requests_app.statistics.numbers import Numbers
from requests_app.statistics.read import Row
from requests_app.suppress import FEWEST, Rate

RATES = (*THREE_RATES, *MORE_RATES)


@extend_schema_serializer(component_name="Rate")
class RateShape(serializers.Serializer[Rate]):
    """`part` of `whole`, and the percentage that this is."""

    part = serializers.IntegerField()
    whole = serializers.IntegerField()
    percent = serializers.FloatField(
        allow_null=True, help_text=format_lazy(_("Null below {fewest} cases."), fewest=FEWEST)
    )


class Figures(serializers.Serializer[Numbers]):
    """What each figure counts stands under `definitions`."""

    response = RateShape()
    resolution = RateShape()
    satisfaction = RateShape()
    completion = RateShape()
    punctuality = RateShape()
    arrived = serializers.IntegerField()
    resolved = serializers.IntegerField()
    overdue = serializers.IntegerField()
    silent = serializers.IntegerField()
    repeats = serializers.IntegerField()
    returned = serializers.IntegerField()
    reopened = serializers.IntegerField()
    mean_hours = serializers.FloatField(
        allow_null=True, help_text=format_lazy(_("Null below {fewest} cases."), fewest=FEWEST)
    )


class FiguresOfOne(serializers.Serializer[Row]):
    """The figures of one unit, kind, level or stretch of days."""

    code = serializers.CharField(
        allow_null=True,
        help_text=_("Code of the unit or category, a known word, or the first day; null for “elsewhere”."),
    )
    label = serializers.CharField()  # type: ignore[assignment]  # the field is called so, not labelled
    figures = Figures()


@extend_schema_serializer(component_name="Definition")
class DefinitionShape(serializers.Serializer[Definition]):
    """How exactly one figure is counted, in the caller's language."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # the field is called so, not labelled
    sentence = serializers.CharField()
    unit = serializers.CharField(help_text=_("Empty for matters."))


class Statistics(serializers.Serializer[Any]):
    since = serializers.DateField()
    until = serializers.DateField()
    as_of = serializers.DateTimeField(
        allow_null=True,
        help_text=_("The moment to which the figures are exact; null before the first count."),
    )
    total = Figures()
    by = serializers.ChoiceField(choices=BY, allow_null=True)
    results = FiguresOfOne(many=True)
    definitions = DefinitionShape(many=True)


def row(code: str, label: str, numbers: Numbers) -> dict[str, Any]:
    """What `FiguresOfOne` shows."""
    return {"code": code or None, "label": label, "figures": numbers}


def definitions() -> Sequence[Definition]:
    """Of every figure that is shown."""
    return (*RATES, *COUNTS, HOURS)
