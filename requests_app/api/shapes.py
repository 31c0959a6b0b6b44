"""Tickets and their entries as JSON. Times are ISO 8601 with offset; personal data is masked."""

from typing import Any, ClassVar

from django.urls import reverse
from rest_framework import serializers

from grids.models import User
from requests_app import access
from requests_app.models import Answer, OpenRequest, Photo, Ticket, TicketEvent, Verdict
from requests_app.views.cards import title
from wangguan.privacy import mask_address, mask_phones


class Unit(serializers.Serializer[Any]):
    """A grid, a community or a category."""

    code = serializers.CharField()
    name = serializers.CharField()


class Person(serializers.Serializer[User]):
    """Somebody of the staff, as staff see them."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    name = serializers.CharField(source="get_full_name")


class Row(serializers.ModelSerializer[Ticket]):
    """One ticket of the list."""

    url = serializers.SerializerMethodField()
    status_label = serializers.CharField(source="get_status_display")
    level_label = serializers.CharField(source="get_level_display")
    unit = serializers.CharField(source="unit_code")
    grid = Unit()
    community = Unit()
    category = Unit()
    assignee = Person()
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

    def get_url(self, ticket: Ticket) -> str:
        return self._absolute(reverse("api:ticket", args=[ticket.number]))

    def get_title(self, ticket: Ticket) -> str:
        return mask_phones(title(ticket))

    def get_address(self, ticket: Ticket) -> str:
        return mask_address(ticket.address)

    def _absolute(self, path: str) -> str:
        return str(self.context["request"].build_absolute_uri(path))


class AnswerShape(serializers.ModelSerializer[Answer]):
    class Meta:
        model = Answer
        fields = (
            *("round", "kind", "text", "author_title", "written_at", "opened_at"),
            *("reached_at", "reached_how", "unreachable_at", "tries"),
        )


class VerdictShape(serializers.ModelSerializer[Verdict]):
    class Meta:
        model = Verdict
        fields = ("solved", "satisfaction", "comment", "at")


class Asked(serializers.ModelSerializer[OpenRequest]):
    """What waits for the decision of the unit above."""

    asked_by = Person()

    class Meta:
        model = OpenRequest
        fields = ("kind", "hours", "review_on", "reason", "asked_by", "asked_at")


class Whole(Row):
    """One ticket with its answers, and what the caller may do with it."""

    first_handler = Person()
    merged_into = serializers.CharField(source="parent.number", default=None)
    contact = serializers.SerializerMethodField()
    answers = AnswerShape(many=True)
    verdicts = VerdictShape(many=True)
    open_request = serializers.SerializerMethodField()
    photos = serializers.SerializerMethodField()
    allowed_steps = serializers.SerializerMethodField()
    events_url = serializers.SerializerMethodField()

    class Meta(Row.Meta):
        fields = (
            *Row.Meta.fields,
            *(
                "description",
                "contact",
                "latitude",
                "longitude",
                "about_staff",
                "may_publish",
                "first_handler",
            ),
            *("accept_due", "resolve_due", "review_at", "first_contact_at", "call_since", "contested_at"),
            *("question_since", "undo_until"),
            *("merged_into", "answers", "verdicts", "open_request", "photos", "events_url", "allowed_steps"),
        )

    def get_contact(self, ticket: Ticket) -> dict[str, str]:
        return {"name": ticket.masked_name, "phone": ticket.masked_phone}

    def get_open_request(self, ticket: Ticket) -> Any:
        if not ticket.open_request:
            return None
        waiting = ticket.asked.filter(decided_at__isnull=True).select_related("asked_by").first()
        return Asked(waiting).data if waiting else None

    def get_photos(self, ticket: Ticket) -> list[dict[str, str]]:
        return [self._photo(ticket, photo) for photo in ticket.photos.all()]

    def get_events_url(self, ticket: Ticket) -> str:
        return self._absolute(reverse("api:events", args=[ticket.number]))

    def get_allowed_steps(self, ticket: Ticket) -> list[dict[str, Any]]:
        steps = access.allowed_steps(self.context["request"].user, ticket)
        return [
            {"name": step.name, "label": str(step.label), "needs": step.needs, "takes": step.takes}
            for step in steps
        ]

    def _photo(self, ticket: Ticket, photo: Photo) -> dict[str, str]:
        return {
            size: self._absolute(reverse("worker_photo", args=[ticket.number, photo.pk, size]))
            for size in ("image", "thumbnail")
        }


class Entry(serializers.ModelSerializer[TicketEvent]):
    """What happened: who, as what, from where to where, with the words beside it."""

    label = serializers.CharField()  # type: ignore[assignment]  # the field is called so, not labelled
    by = Person(source="actor")
    by_title = serializers.CharField(source="actor_title")
    by_kind = serializers.CharField(source="actor_kind")
    note = serializers.CharField()

    class Meta:
        model = TicketEvent
        fields = (
            *("id", "step", "label", "at", "version", "by_kind", "by", "by_title", "from_above"),
            *("from_status", "to_status", "from_level", "to_level", "from_unit", "to_unit", "note", "detail"),
        )
