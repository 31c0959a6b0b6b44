"""The seven addresses of GeoReport v2."""

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils.translation import gettext as _

from requests_app.models import Category, Ticket
from requests_app.open311 import discovery, queries, services, shapes
from requests_app.open311.door import caller, resource, sender
from requests_app.open311.errors import wrong
from requests_app.open311.formats import Document
from requests_app.open311.forms import RequestForm, SearchForm, faults
from requests_app.open311.models import Attribute, Submission
from requests_app.open311.queries import Wanted
from requests_app.open311.services import Sent
from requests_app.open311.terms import LONGEST_TOKEN
from requests_app.services import Matter
from requests_app.workflow import Source
from wangguan.interfaces.models import ApiKey
from wangguan.refusals import Refused


@resource("GET")
def discover(request: HttpRequest) -> Document:
    """Which endpoints there are, and in which formats."""
    caller(request)
    return discovery.document()


@resource("GET")
def service_list(request: HttpRequest) -> Document:
    """Every kind of matter that may be told."""
    caller(request)
    asks = Exists(Attribute.objects.filter(category=OuterRef("pk")))
    rows = Category.objects.offered().annotate(asks=asks).order_by("code")
    return Document("services", [shapes.service(row, asks=row.asks) for row in rows])


@resource("GET")
def service_definition(request: HttpRequest, service_code: str) -> Document:
    """What is asked besides for one kind."""
    caller(request)
    category = Category.objects.offered().filter(code=service_code).first()
    if category is None:
        raise wrong(404, _("service_code was not found; GET services lists all of them."))
    rows = category.open311_attributes.prefetch_related("choices").order_by("position")
    return Document("service_definition", shapes.definition(category, rows))


@resource("GET", "POST")
def service_requests(request: HttpRequest) -> Document:
    """POST tells a matter; GET lists those that everybody may read, and the caller's own."""
    return _tell(request) if request.method == "POST" else _list(request)


@resource("GET")
def service_request(request: HttpRequest, number: str) -> Document:
    """One matter, in a list of one."""
    key = caller(request)
    rows = list(queries.found(key, Wanted(numbers=(number,))))
    if not rows:
        raise wrong(404, _("service_request_id was not found, or is not open to you."))
    return Document("service_requests", shapes.requests(rows, key=key))


@resource("GET")
def token(request: HttpRequest, name: str) -> Document:
    """The number of the request that the caller sent under its own name for it (`Idempotency-Key`).

    No POST is answered with a token, because each is answered with its number at once; whoever lost
    that answer finds the number here.
    """
    key = caller(request)
    row = Submission.objects.filter(key=key, token=name).select_related("ticket").first() if key else None
    if row is None:
        raise wrong(404, _("token was not found."))
    content = [{"service_request_id": row.ticket.number, "token": row.token}]
    return Document("service_requests", content)


@resource("GET")
def nothing(request: HttpRequest) -> Document:
    """Any other address below ours."""
    raise wrong(404, _("There is nothing at this address. Please see discovery.xml."))


def _list(request: HttpRequest) -> Document:
    key, form = caller(request), SearchForm(request.GET)
    rows = list(queries.found(key, form.wanted)[form.rows])
    return Document("service_requests", shapes.requests(rows, key=key))


def _tell(request: HttpRequest) -> Document:
    key = sender(request)
    form = RequestForm(request.POST, request.FILES)
    if not form.is_valid():
        raise faults(form)
    name = _token(request)
    sent = Sent(token=name, media_url=form.cleaned_data["media_url"], answers=list(form.answers))
    try:
        ticket = services.tell(_matter(form, key=key, name=name), sent, key=key)
    except Refused as error:
        raise wrong(400, error.sentence) from error
    return Document("service_requests", [shapes.created(ticket, notice=_notice(ticket, form))])


def _token(request: HttpRequest) -> str:
    """The sender's own name for this request, so that sending it twice tells it once; empty without one."""
    name = request.headers.get("Idempotency-Key", "").strip().strip('"')
    if len(name) > LONGEST_TOKEN or not name.isprintable():
        raise wrong(400, _("Idempotency-Key: up to %(most)d characters, please.") % {"most": LONGEST_TOKEN})
    return name


def _matter(form: RequestForm, *, key: ApiKey, name: str) -> Matter:
    data = form.cleaned_data
    category: Category = data["service_code"]
    place = services.place_of(
        building=data["address_id"],
        latitude=data["lat"],
        longitude=data["long"],
        address=data["address_string"],
    )
    return Matter(
        description=data["description"] or category.name,
        place=place,
        source=Source.API,
        category=category,
        address=data["address_string"],
        latitude=data["lat"],
        longitude=data["long"],
        contact_name=form.name,
        contact_phone=form.mobile,
        pictures=form.pictures,
        submission_id=services.submission_id(key, name),
        may_publish=data["may_publish"],
    )


def _notice(ticket: Ticket, form: RequestForm) -> str:
    """Who answers, and where the person who told it may follow it without an account."""
    page = shapes.absolute(ticket.tracking_url)
    follow = _("Follow it and read the answer here: %(page)s") % {"page": page}
    if form.cleaned_data["phone"] and not form.mobile:
        follow = f"{follow} {_('This phone cannot get text messages from us.')}"
    return follow
