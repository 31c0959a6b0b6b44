"""What callers send, as the contract writes it down. The forms decide; a test compares the names."""

from typing import Any, Literal

from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers

from grids.datum import DATUMS
from requests_app.api.filters import WORDS_MAX
from requests_app.api.telling import ToldForm
from requests_app.forms.matter import STAFF_WORDS_MAX, WORDS_MIN
from requests_app.forms.steps import HOW, QUESTION_MAX, TEXT_MAX
from requests_app.workflow import STEPS, TABLE, Level, Status, Urgency
from wangguan.interfaces.rest.openapi import header, query

SOURCES = [(source.value, source.label) for source in ToldForm.SOURCES]
WAYS = list(dict(way for ways in HOW.values() for way in ways).items())
"""How a person may say they reached the resident, or not, whichever step it is."""
STEP_NAMES = [(name, name) for name in STEPS]
PATH: Literal["path"] = "path"
NUMBER = OpenApiParameter("number", str, PATH, description=_("The matter's number."))
PHOTO = OpenApiParameter(
    "photo_id",
    {"type": "integer", "minimum": 1, "maximum": 2**63 - 1},
    PATH,
    description=_("The photo's id."),
)
STEP = OpenApiParameter(
    "name",
    str,
    PATH,
    enum=list(STEPS),
    description=_("The step, as “allowed_steps” names it."),
)
LOCATION = header(
    "Location", _("Address of the matter."), of={"type": "string", "format": "uri"}, answers=(200, 201)
)
FILTERS = [
    query("status", _("How far it is."), enum=Status.values),
    query("level", _("Who holds it."), enum=Level.values),
    query("grid", _("Code of a grid (15 digits), or of a community (12 digits) with all its grids.")),
    query("category", _("Code of a category, or of a group with all in it.")),
    query("overdue", _("Whether its next deadline has passed."), of=bool),
    query(
        "q",
        _("The beginning of a number, or words in the description or the place."),
        of={"type": "string", "maxLength": WORDS_MAX},
    ),
]
TELLING = _(
    "The fields are those of the public form. The place is found by QR token, point, address, else it is "
    "where the caller serves. The same form sent again, by “submission_id” or Idempotency-Key, is answered "
    "with the first matter's receipt and 200. The caller may not see the matter afterwards, if another unit "
    "holds it."
)
ADDING = _(
    "One to six photos: JPEG, PNG, WebP or HEIC, 10 MB each. They are made anew, without place or device, "
    "and go with an entry of the step “handle”."
)
TAKING = _(
    "“allowed_steps” of the matter says which steps the caller may take now, and which fields each needs. "
    "The same “action_id” or Idempotency-Key again is answered with the first entry. A step that is not "
    "possible is refused with 409 and a sentence that says what is."
)


class MatterBody(serializers.Serializer[Any]):
    """A matter that is told; only the description has to be there."""

    description = serializers.CharField(min_length=WORDS_MIN, max_length=STAFF_WORDS_MAX)
    source = serializers.ChoiceField(  # type: ignore[assignment]  # the field is called so
        SOURCES,
        required=False,
        help_text=_("Where it comes from; “api” unless told otherwise."),
    )
    category = serializers.CharField(required=False, help_text=_("Code of a category."))
    address = serializers.CharField(required=False, max_length=200, allow_blank=True)
    latitude = serializers.FloatField(required=False, min_value=-90, max_value=90)
    longitude = serializers.FloatField(required=False, min_value=-180, max_value=180)
    datum = serializers.ChoiceField(
        DATUMS, required=False, help_text=_("Datum of the point; “wgs84” unless told otherwise.")
    )
    contact_name = serializers.CharField(required=False, max_length=40, allow_blank=True)
    contact_phone = serializers.CharField(
        required=False, max_length=40, allow_blank=True, help_text=_("Where the answer goes.")
    )
    grid_token = serializers.CharField(
        required=False, max_length=64, allow_blank=True, help_text=_("The token of a QR code.")
    )
    submission_id = serializers.UUIDField(required=False)
    consent = serializers.BooleanField(
        required=False, help_text=_("The resident agreed that the street uses this to settle the matter.")
    )
    may_publish = serializers.BooleanField(
        required=False, help_text=_("The resident agreed that matter and answer are shown in public.")
    )
    about_staff = serializers.BooleanField(
        required=False, help_text=_("A complaint about somebody of the staff; it goes to the street.")
    )


class MatterForm(MatterBody):
    """A matter with photos."""

    photos = serializers.ListField(
        child=serializers.FileField(), required=False, max_length=settings.PHOTO_MAX_COUNT
    )


class PhotosForm(serializers.Serializer[Any]):
    """Photos and what they show."""

    photos = serializers.ListField(child=serializers.FileField(), max_length=settings.PHOTO_MAX_COUNT)
    note = serializers.CharField(required=False, max_length=TEXT_MAX, allow_blank=True)
    action_id = serializers.UUIDField(required=False)


class StepBody(serializers.Serializer[Any]):
    """The fields of a step; which of them it needs, the matter's “allowed_steps” says."""

    note = serializers.CharField(required=False, max_length=TEXT_MAX)
    answer = serializers.CharField(
        required=False, max_length=TEXT_MAX, help_text=_("What the resident reads, word for word.")
    )
    question = serializers.CharField(required=False, max_length=QUESTION_MAX)
    assignee = serializers.CharField(required=False, help_text=_("User name or id of the person."))
    grid = serializers.CharField(
        required=False, help_text=_("Code of a grid (15 digits) or of a community (12 digits).")
    )
    hours = serializers.IntegerField(required=False, min_value=1, max_value=settings.EXTENSION_MAX_HOURS)
    review_on = serializers.DateField(required=False)
    parent = serializers.CharField(  # type: ignore[assignment]  # the field is called so
        required=False, max_length=32, help_text=_("Number of the matter that was told before.")
    )
    category = serializers.CharField(required=False, help_text=_("Code of a category."))
    urgency = serializers.ChoiceField(Urgency.choices, required=False)
    named_staff = serializers.ListField(
        child=serializers.IntegerField(), required=False, help_text=_("Ids of those the complaint is about.")
    )
    how = serializers.ChoiceField(WAYS, required=False)
    action_id = serializers.UUIDField(required=False)
    version = serializers.IntegerField(
        required=False, min_value=1, help_text=_("The version that was read; If-Match says the same.")
    )


class StepForm(StepBody):
    """A step with photos."""

    photos = serializers.ListField(
        child=serializers.FileField(), required=False, max_length=settings.PHOTO_MAX_COUNT
    )


MATTER = {"application/json": MatterBody, "multipart/form-data": MatterForm}
PHOTOS = {"multipart/form-data": PhotosForm}
STEP_FIELDS = {"application/json": StepBody, "multipart/form-data": StepForm}
MATTERS = [
    OpenApiExample(
        "from_a_group",
        value={
            "description": "九区3号楼楼道灯不亮，老人晚上看不清。",
            "source": "wechat_group",
            "address": "九区3号楼",
            "contact_phone": "13800000099",
            "consent": True,
        },
        request_only=True,
        media_type="application/json",
    )
]
STEP_EXAMPLES = [
    OpenApiExample(
        "resolve",
        value={"answer": "您好，灯已经换好。", "action_id": "5d0f1b4e-6c0a-4f43-9a55-0f6e0c3a6a11"},
        request_only=True,
        media_type="application/json",
    ),
    OpenApiExample(
        "escalate",
        value={"note": "要社区协调"},
        request_only=True,
        media_type="application/json",
    ),
]


def _table() -> str:
    """The steps with their fields, from the one table there is."""
    rows = (f"| `{step.name}` | {', '.join(step.needs)} | {', '.join(step.takes)} |" for step in TABLE)
    return "\n".join((str(TAKING), "", "| step | needs | may have |", "|---|---|---|", *rows))


STEPS_TABLE = lazy(_table, str)()
