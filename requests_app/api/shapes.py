"""Tickets and their entries as JSON. Times are ISO 8601 with offset; personal data is masked."""

from datetime import datetime
from typing import Any, ClassVar

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from grids.api.shapes import Unit
from grids.models import User
from requests_app import access
from requests_app.models import Answer, OpenRequest, Photo, Ticket, TicketEvent, Verdict
from requests_app.views.cards import title
from requests_app.workflow import STEPS, Level, Status, Step
from wangguan.privacy import mask_address, mask_phones


class Person(serializers.Serializer[User]):
    """Somebody of the staff, as staff see them."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    name = serializers.CharField(source="get_full_name")


class Contact(serializers.Serializer[Any]):
    """Who told it, masked: 张**, 138****8000."""

    name = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)


class StepShape(serializers.Serializer[Step]):
    """A step that the caller may take now, with the fields it needs and may have besides."""

    name = serializers.ChoiceField(choices=[(name, name) for name in STEPS])
    label = serializers.CharField()  # type: ignore[assignment]  # the field is called so, not labelled
    needs = serializers.ListField(child=serializers.CharField())
    takes = serializers.ListField(child=serializers.CharField())


class Attachment(serializers.ModelSerializer[Photo]):
    """A photo of a ticket, with the addresses of the picture and its thumbnail (JPEG)."""

    url = serializers.SerializerMethodField()
    thumbnail_url = serializers.SerializerMethodField()
    event = serializers.IntegerField(source="event_id", allow_null=True)

    class Meta:
        model = Photo
        fields = ("id", "url", "thumbnail_url", "width", "height", "sha256", "event", "added_at")

    @extend_schema_field(serializers.URLField)
    def get_url(self, photo: Photo) -> str:
        return self._at(photo, "api:attachment")

    @extend_schema_field(serializers.URLField)
    def get_thumbnail_url(self, photo: Photo) -> str:
        return self._at(photo, "api:thumbnail")

    def _at(self, photo: Photo, page: str) -> str:
        path = reverse(page, args=[self.context["number"], photo.pk])
        return str(self.context["request"].build_absolute_uri(path))


@extend_schema_serializer(component_name="TicketRow")
class Row(serializers.ModelSerializer[Ticket]):
    """One ticket of the list."""

    url = serializers.SerializerMethodField()
    status_label = serializers.CharField(source="get_status_display")
    level_label = serializers.CharField(source="get_level_display")
    unit = serializers.CharField(source="unit_code")
    grid = Unit(allow_null=True)
    community = Unit(allow_null=True)
    category = Unit(allow_null=True)
    assignee = Person(allow_null=True)
    title = serializers.SerializerMethodField()
    address = serializers.SerializerMethodField()
    overdue = serializers.BooleanField(source="is_overdue")

    class Meta:
        model = Ticket
        fields: ClassVar[tuple[str, ...]] = (
            *(
                "number",
                "url",
                "version",
                "status",
                "status_label",
                "level",
                "level_label",
                "unit",
                "section",
            ),
            *("grid", "community", "category", "urgency", "source", "title", "address", "assignee"),
            *("due_at", "due_kind", "overdue", "arrived_at", "accepted_at", "resolved_at", "answered_at"),
            *("closed_at", "outcome", "round"),
        )

    @extend_schema_field(serializers.URLField)
    def get_url(self, ticket: Ticket) -> str:
        return self._absolute(reverse("api:ticket", args=[ticket.number]))

    def get_title(self, ticket: Ticket) -> str:
        return mask_phones(title(ticket))

    def get_address(self, ticket: Ticket) -> str:
        return mask_address(ticket.address)

    def _absolute(self, path: str) -> str:
        return str(self.context["request"].build_absolute_uri(path))


@extend_schema_serializer(component_name="Answer")
class AnswerShape(serializers.ModelSerializer[Answer]):
    """What the resident was told, and whether it reached them."""

    class Meta:
        model = Answer
        fields = (
            *("round", "kind", "text", "author_title", "written_at", "opened_at"),
            *("reached_at", "reached_how", "unreachable_at", "tries"),
        )


@extend_schema_serializer(component_name="Verdict")
class VerdictShape(serializers.ModelSerializer[Verdict]):
    """What the resident said of the answer."""

    class Meta:
        model = Verdict
        fields = ("solved", "satisfaction", "comment", "at")


class Asked(serializers.ModelSerializer[OpenRequest]):
    """What waits for the decision of the unit above."""

    asked_by = Person()

    class Meta:
        model = OpenRequest
        fields = ("kind", "hours", "review_on", "reason", "asked_by", "asked_at")


@extend_schema_serializer(component_name="Ticket")
class Whole(Row):
    """One ticket with its answers, and what the caller may do with it."""

    first_handler = Person(allow_null=True)
    merged_into = serializers.CharField(source="parent.number", default=None, allow_null=True)
    datum = serializers.SerializerMethodField()
    contact = serializers.SerializerMethodField()
    answers = AnswerShape(many=True)
    verdicts = VerdictShape(many=True)
    open_request = serializers.SerializerMethodField()
    photos = serializers.SerializerMethodField()
    allowed_steps = serializers.SerializerMethodField()
    events_url = serializers.SerializerMethodField()
    attachments_url = serializers.SerializerMethodField()

    class Meta(Row.Meta):
        fields = (
            *Row.Meta.fields,
            *(
                "description",
                "contact",
                "latitude",
                "longitude",
                "datum",
                "about_staff",
                "may_publish",
                "first_handler",
            ),
            *("accept_due", "resolve_due", "review_at", "first_contact_at", "call_since", "contested_at"),
            *("question_since", "undo_until"),
            *("merged_into", "answers", "verdicts", "open_request", "photos", "events_url"),
            *("attachments_url", "allowed_steps"),
        )

    def get_datum(self, ticket: Ticket) -> str:
        return "wgs84"

    @extend_schema_field(Contact)
    def get_contact(self, ticket: Ticket) -> dict[str, str]:
        return {"name": ticket.masked_name, "phone": ticket.masked_phone}

    @extend_schema_field(Asked(allow_null=True))
    def get_open_request(self, ticket: Ticket) -> Any:
        if not ticket.open_request:
            return None
        waiting = ticket.asked.filter(decided_at__isnull=True).select_related("asked_by").first()
        return Asked(waiting).data if waiting else None

    @extend_schema_field(Attachment(many=True))
    def get_photos(self, ticket: Ticket) -> Any:
        return Attachment(
            ticket.photos.all(), many=True, context={**self.context, "number": ticket.number}
        ).data

    @extend_schema_field(serializers.URLField)
    def get_events_url(self, ticket: Ticket) -> str:
        return self._absolute(reverse("api:events", args=[ticket.number]))

    @extend_schema_field(serializers.URLField)
    def get_attachments_url(self, ticket: Ticket) -> str:
        return self._absolute(reverse("api:attachments", args=[ticket.number]))

    @extend_schema_field(StepShape(many=True))
    def get_allowed_steps(self, ticket: Ticket) -> Any:
        return [StepShape(step).data for step in access.allowed_steps(self.context["request"].user, ticket)]


class Receipt(serializers.Serializer[Ticket]):
    """Where a matter went that was told: its number, who holds it, and by when they act."""

    number = serializers.CharField()
    url = serializers.SerializerMethodField()
    version = serializers.IntegerField()
    status = serializers.ChoiceField(Status.choices)
    level = serializers.ChoiceField(Level.choices)
    unit = serializers.CharField(source="unit_code")
    due_at = serializers.DateTimeField()

    @extend_schema_field(serializers.URLField)
    def get_url(self, ticket: Ticket) -> str:
        path = reverse("api:ticket", args=[ticket.number])
        return str(self.context["request"].build_absolute_uri(path))


INSIDE = frozenset({"before", "messages"})
"""Of an entry's detail what the way back needs: columns and keys that are nobody's business outside."""


@extend_schema_serializer(component_name="TicketEvent")
class Entry(serializers.ModelSerializer[TicketEvent]):
    """What happened: who, as what, from where to where, with the words beside it."""

    label = serializers.CharField()  # type: ignore[assignment]  # the field is called so, not labelled
    by = Person(source="actor", allow_null=True)
    by_title = serializers.CharField(source="actor_title")
    by_kind = serializers.CharField(source="actor_kind")
    note = serializers.CharField()
    detail = serializers.SerializerMethodField()

    class Meta:
        model = TicketEvent
        fields = (
            *("id", "step", "label", "at", "version", "by_kind", "by", "by_title", "from_above"),
            *("from_status", "to_status", "from_level", "to_level", "from_unit", "to_unit", "note", "detail"),
        )

    def get_detail(self, event: TicketEvent) -> dict[str, Any]:
        return {name: _local(value) for name, value in event.detail.items() if name not in INSIDE}


def _local(value: Any) -> Any:
    """A moment kept in UTC reads as every other time here; a day and all else stay as they are."""
    if not isinstance(value, str) or "T" not in value:
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return timezone.localtime(moment).isoformat() if timezone.is_aware(moment) else value
