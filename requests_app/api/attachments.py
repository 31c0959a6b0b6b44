"""Photos of a ticket: the list, adding some, and the pictures themselves for whoever may see the ticket."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from django.http import FileResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from rest_framework.decorators import api_view, parser_classes, renderer_classes
from rest_framework.exceptions import NotFound
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from grids.models import User
from requests_app import access
from requests_app.api import described, reading
from requests_app.api.shapes import Attachment
from requests_app.api.steps import take_as_meant, taken_before
from requests_app.api.tickets import TAG, visible
from requests_app.forms.steps import Options, StepForm
from requests_app.models import Photo, Ticket
from requests_app.workflow import STEPS
from wangguan.answers import photo_file
from wangguan.interfaces.models import Scope
from wangguan.interfaces.rest import conditional
from wangguan.interfaces.rest.idempotency import once, own_id
from wangguan.interfaces.rest.openapi import CURSOR, IF_MATCH, LINK, operation, page_of
from wangguan.interfaces.rest.pages import Oldest
from wangguan.interfaces.rest.problems import Unclear
from wangguan.interfaces.rest.scopes import needs
from wangguan.words import for_the_record

HANDLE = STEPS["handle"]
View = Callable[..., Any]
PICTURE = {(200, "image/jpeg"): OpenApiTypes.BINARY}


class Jpeg(JSONRenderer):
    """Lets a caller accept pictures; what is not one is said as everywhere, in JSON."""

    media_type = "image/jpeg"
    format = "jpeg"


@operation(
    "list_attachments",
    gettext_lazy("List photos of a matter"),
    gettext_lazy("Fifty photos, the oldest first."),
    tag=TAG,
    method="GET",
    answers={200: page_of(Attachment)},
    refuses=(400,),
    parameters=[described.NUMBER, CURSOR, LINK],
)
@operation(
    "add_attachments",
    gettext_lazy("Add photos to a matter"),
    described.ADDING,
    tag=TAG,
    method="POST",
    answers={201: Attachment(many=True)},
    refuses=(412,),
    sends=described.PHOTOS,
    parameters=[described.NUMBER, IF_MATCH],
)
@api_view(["GET", "POST"])
@parser_classes([MultiPartParser])
@needs(Scope.TICKETS_READ, writing=Scope.TICKETS_WRITE)
@once
def attachments(request: Request, number: str) -> Response:
    """The photos of one ticket, and where some are added."""
    return _added(request, number) if request.method == "POST" else _listed(request, number)


def _listed(request: Request, number: str) -> Response:
    pages = Oldest()
    shown = pages.paginate_queryset(visible(request, number).photos.all(), request)
    return pages.get_paginated_response(_shaped(request, number, shown))


def _added(request: Request, number: str) -> Response:
    """The photos go with an entry of the step “handle”, so that everybody knows who added them."""
    user, data = cast(User, request.user), reading.fields(request.data)
    action_id = reading.uuid(data, "action_id") or own_id(request)
    event = taken_before(user, number, action_id)
    if event is None:
        ticket = visible(request, number)
        conditional.check(request, ticket.version)
        event = take_as_meant(
            request, ticket, HANDLE.name, {**_fields(request, ticket, data), "action_id": action_id}
        )
    return Response(_shaped(request, number, event.photos.all()), status=201)


def _fields(request: Request, ticket: Ticket, data: Mapping[str, Any]) -> dict[str, Any]:
    """Note and photos; nothing when the step will be refused whatever they are.

    Raises:
        Unclear: there is no photo, or one that cannot be kept.
    """
    user = cast(User, request.user)
    if not access.may(user, HANDLE, ticket):
        return {}
    note = str(data.get("note") or "") or for_the_record(gettext_lazy("Photos added."))
    form = StepForm(HANDLE, ticket, Options(ticket), {"note": note}, request.FILES)
    if not form.is_valid():
        raise Unclear.of(form)
    fields = form.for_take(user)
    if not fields["photos"]:
        raise Unclear({"photos": [_("Please send one to six photos.")]})
    return fields


def _shaped(request: Request, number: str, photos: Any) -> Any:
    return Attachment(photos, many=True, context={"request": request, "number": number}).data


def _download(name: str, summary: Promise, description: Promise, *, size: str) -> View:
    """The view of one size of a picture: "image" or "thumbnail"."""

    @operation(
        name, summary, description, tag=TAG, answers=PICTURE, parameters=[described.NUMBER, described.PHOTO]
    )
    @api_view(["GET"])
    @renderer_classes([JSONRenderer, Jpeg])
    @needs(Scope.TICKETS_READ)
    def picture(request: Request, number: str, photo_id: int) -> FileResponse:
        return photo_file(_photo(request, number, photo_id), size)

    return cast(View, picture)


attachment = _download(
    "get_attachment",
    gettext_lazy("Download a photo"),
    gettext_lazy("The picture as JPEG, its longest side at most 2048 pixels, without place or device."),
    size="image",
)
thumbnail = _download(
    "get_thumbnail",
    gettext_lazy("Download a photo's thumbnail"),
    gettext_lazy("The picture as JPEG, its longest side at most 320 pixels."),
    size="thumbnail",
)


def _photo(request: Request, number: str, photo_id: int) -> Photo:
    seen = Ticket.objects.visible_to(request.user).filter(number=number)
    if found := Photo.objects.filter(pk=photo_id, ticket__in=seen).first():
        return found
    raise NotFound(_("There is no such photo, or it is not yours to see."))
