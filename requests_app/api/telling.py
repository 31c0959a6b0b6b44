"""Telling a matter on somebody's behalf: the staff's form, with what only another system knows."""

from typing import Any, ClassVar, cast
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request
from rest_framework.response import Response

from grids.datum import DATUMS, to_wgs84
from grids.locate import Place, locate
from grids.models import User
from requests_app.api import reading
from requests_app.api.shapes import Receipt
from requests_app.forms.matter import NewTicketForm
from requests_app.services import Matter, submit
from requests_app.views.worker import where_they_serve
from requests_app.workflow import Source
from wangguan.interfaces.rest.idempotency import own_id
from wangguan.interfaces.rest.problems import Unclear


class ToldForm(NewTicketForm):
    """A matter that another system, or somebody through it, tells for a resident."""

    SOURCES: ClassVar[tuple[Source, ...]] = (*NewTicketForm.SOURCES, Source.API)

    source = forms.ChoiceField(choices=[(source.value, source.label) for source in SOURCES], required=False)
    datum = forms.ChoiceField(choices=[(name, name) for name in DATUMS], required=False)
    grid_token = forms.CharField(max_length=64, required=False)
    consent = forms.BooleanField(required=False)

    def clean_source(self) -> str:
        """Another system, unless it says who told it."""
        return self.cleaned_data["source"] or Source.API

    def clean(self) -> dict[str, Any]:
        """The point in WGS-84, whichever datum it came in; half a point is a mistake here."""
        sent = [name for name in ("latitude", "longitude") if self.cleaned_data.get(name) is not None]
        if len(sent) == 1 and not {"latitude", "longitude"} & set(self.errors):
            self.add_error(sent[0], gettext_lazy("A point is a latitude and a longitude."))
        data = super().clean()
        if data.get("latitude") is not None:
            point = to_wgs84(data["latitude"], data["longitude"], datum=data.get("datum") or "wgs84")
            data["latitude"], data["longitude"] = point
        return data


def tell(request: Request) -> Response:
    """201 with the receipt of a new ticket; 200 with the first one's where this very form came before.

    Raises:
        PermissionDenied: the caller holds no post today.
        Unclear: a field has to be mended.
    """
    user = cast(User, request.user)
    if not user.current_posts:
        raise PermissionDenied(_("You hold no post today. Ask the street's administrator to enter one."))
    data = reading.fields(request.data)
    submission_id = reading.uuid(data, "submission_id") or own_id(request) or uuid4()
    form = ToldForm(data, request.FILES)
    if not form.is_valid():
        raise Unclear.of(form)
    ticket, is_new = submit(_matter(form, user, submission_id))
    receipt = Receipt(ticket, context={"request": request}).data
    return Response(receipt, status=201 if is_new else 200, headers={"Location": receipt["url"]})


def _matter(form: ToldForm, user: User, submission_id: UUID) -> Matter:
    told = form.cleaned_data
    place = _place(told, user)
    names = (
        *("description", "source", "category", "latitude", "longitude", "contact_name", "contact_phone"),
        *("consent", "may_publish", "about_staff"),
    )
    return Matter(
        place=place,
        address=told["address"],
        pictures=told["photos"],
        submission_id=submission_id,
        reporter=user,
        **{name: told[name] for name in names},
    )


def _place(told: dict[str, Any], user: User) -> Place:
    """Where it is; a place that nothing names is where the caller serves."""
    place = locate(
        token=told["grid_token"],
        latitude=told["latitude"],
        longitude=told["longitude"],
        address=told["address"],
    )
    return place if place.grid or place.community or place.outside else where_they_serve(user)
