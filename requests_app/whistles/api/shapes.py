"""Whistles as JSON. Of matters stands what departments may read: masked words, the place to the building."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from grids.api.shapes import Unit
from requests_app.whistles import shown
from requests_app.whistles.models import Call, Matter, Whistle
from requests_app.whistles.workflow import CallState, Kind, State


@extend_schema_serializer(component_name="WhistleCall")
class CallShape(serializers.Serializer[Call]):
    """One called department. Who reads as a department learns task and rating of its own call alone."""

    department = Unit()
    state = serializers.ChoiceField(choices=CallState.choices)
    state_label = serializers.CharField(source="get_state_display")
    called_at = serializers.DateTimeField(allow_null=True)
    check_in_due = serializers.DateTimeField(allow_null=True)
    checked_in_at = serializers.DateTimeField(allow_null=True)
    concluded_at = serializers.DateTimeField(allow_null=True)
    late = serializers.BooleanField(
        source="is_late", help_text=_("Came after the limit, or is not there although it has passed.")
    )
    task = serializers.SerializerMethodField()
    rating = serializers.SerializerMethodField()

    def get_task(self, call: Call) -> str | None:
        return call.task if self._is_open(call) else None

    def get_rating(self, call: Call) -> int | None:
        """1 to 5, 5 is best."""
        return call.rating if self._is_open(call) else None

    def _is_open(self, call: Call) -> bool:
        own: list[int] | None = self.context["departments"]
        return own is None or call.department_id in own


class WhistleRow(serializers.Serializer[Any]):
    """One whistle of the list."""

    number = serializers.CharField()
    url = serializers.SerializerMethodField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    kind_label = serializers.CharField(source="get_kind_display")
    state = serializers.ChoiceField(choices=State.choices)
    state_label = serializers.CharField(source="get_state_display")
    title = serializers.CharField()
    place = serializers.CharField(help_text=_("Where to meet."))
    meet_at = serializers.DateTimeField(allow_null=True)
    drafted_at = serializers.DateTimeField()
    blown_at = serializers.DateTimeField(allow_null=True)
    check_in_due = serializers.DateTimeField(allow_null=True)
    concluded_at = serializers.DateTimeField(allow_null=True)
    calls = CallShape(many=True)

    @extend_schema_field(serializers.URLField)
    def get_url(self, whistle: Whistle) -> str:
        address = reverse("api_whistle", args=[whistle.number])
        return str(self.context["request"].build_absolute_uri(address))


@extend_schema_serializer(component_name="WhistleMatter")
class MatterShape(serializers.Serializer[Any]):
    """A matter that the whistle is for, without whoever told it."""

    number = serializers.SerializerMethodField()
    title = serializers.SerializerMethodField()
    place = serializers.SerializerMethodField()

    def get_number(self, matter: Matter) -> str | None:
        """Null for departments, which know a matter by its words alone."""
        return matter.ticket.number if self.context["departments"] is None else None

    def get_title(self, matter: Matter) -> str:
        return shown.told(matter.ticket).title

    def get_place(self, matter: Matter) -> str:
        return shown.place_of(matter.ticket)


@extend_schema_serializer(component_name="Whistle")
class WholeWhistle(WhistleRow):
    """One whistle with what is needed, where to meet, and the matters it is for."""

    needs = serializers.CharField()
    latitude = serializers.FloatField(allow_null=True, help_text=_("Degrees, WGS-84."))
    longitude = serializers.FloatField(allow_null=True, help_text=_("Degrees, WGS-84."))
    matters = serializers.SerializerMethodField()

    @extend_schema_field(MatterShape(many=True))
    def get_matters(self, whistle: Whistle) -> list[dict[str, Any]]:
        """Those that the caller may know of; the view has fetched them."""
        return list(MatterShape(self.context["matters"], many=True, context=self.context).data)
