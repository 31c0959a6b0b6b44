"""One's own training, by phone and of the staff: the record, its certificate, one session, its quiz."""

from dataclasses import replace

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from grids.doors import for_staff, frame
from grids.models import today
from partybuilding.door.views.doors import for_known
from partybuilding.gatherings.models import Gathering, SignUp
from partybuilding.gatherings.views.people import Reader, by_phone, of_staff
from partybuilding.gatherings.workflow import State
from partybuilding.training import record
from partybuilding.training.forms import AnswersForm
from partybuilding.training.models import Attempt, Material, Quiz, Session
from partybuilding.training.services import quizzes
from partybuilding.training.services.certificate import certificate as certificate_of
from partybuilding.training.terms import TRIES
from partybuilding.training.views.serving import material_file
from wangguan.answers import docx_file, page, see_other
from wangguan.refusals import Refused

PHONE, WORKER = "own_training", "worker_training"
HERE = "me"
AHEAD = 20
YEARS = 3
OF_IT = (State.SIGNED, State.ATTENDED)
"""Whoever has a place or was there gets what is handed out."""


def _phone(request: HttpRequest) -> Reader:
    return replace(by_phone(request), way=PHONE)


def _worker(request: HttpRequest) -> Reader:
    return replace(of_staff(request), way=WORKER)


# --- by phone --------------------------------------------------------------------------------
@never_cache
@require_GET
@for_known
def own(request: HttpRequest) -> HttpResponse:
    return _record(request, _phone(request))


@require_GET
@for_known
def own_certificate(request: HttpRequest, year: int) -> HttpResponse | FileResponse:
    return _certificate(request, _phone(request), year)


@never_cache
@require_GET
@for_known
def own_session(request: HttpRequest, pk: int) -> HttpResponse:
    return _session(request, _phone(request), pk)


@require_GET
@for_known
def own_material(request: HttpRequest, pk: int) -> FileResponse:
    return _material(_phone(request), pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_known
def own_quiz(request: HttpRequest, pk: int) -> HttpResponse:
    return _quiz(request, _phone(request), pk)


# --- the staff -------------------------------------------------------------------------------
@require_GET
@for_staff
def worker(request: HttpRequest) -> HttpResponse:
    return _record(request, _worker(request))


@require_GET
@for_staff
def worker_certificate(request: HttpRequest, year: int) -> HttpResponse | FileResponse:
    return _certificate(request, _worker(request), year)


@require_GET
@for_staff
def worker_session(request: HttpRequest, pk: int) -> HttpResponse:
    return _session(request, _worker(request), pk)


@require_GET
@for_staff
def worker_material(request: HttpRequest, pk: int) -> FileResponse:
    return _material(_worker(request), pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def worker_quiz(request: HttpRequest, pk: int) -> HttpResponse:
    return _quiz(request, _worker(request), pk)


# --- both ------------------------------------------------------------------------------------
def _sign_ups(reader: Reader) -> QuerySet[SignUp]:
    user = reader.by.user
    return SignUp.objects.of_user(user) if user else SignUp.objects.of_phone(reader.by.phone_hash)


def _frame(request: HttpRequest, reader: Reader) -> dict[str, object]:
    return frame(request, HERE) if reader.way == WORKER else {}


def _template(reader: Reader, name: str) -> str:
    return f"training/{'worker' if reader.way == WORKER else 'own'}_{name}.html"


def _record(request: HttpRequest, reader: Reader, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """The year's hours and sessions, and what is ahead."""
    asked, now = request.GET.get("year", ""), today().year
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else now
    rows = Session.objects.ahead().select_related("gathering", "plan__community")
    ahead = rows.defer("plan__community__boundary").order_by("gathering__starts_at", "pk")
    context = {
        **_frame(request, reader),
        "record": record.of(_sign_ups(reader), year),
        "years": range(now, now - YEARS, -1),
        "ahead": _open_to(reader, ahead)[:AHEAD],
        "gathering_page": "worker_gathering" if reader.way == WORKER else "gathering",
        "session_page": f"{reader.way}_session",
        "to_certificate": reader.url("certificate", year),
        "refusal": refusal,
        "back": reverse("party_me"),
    }
    return page(request, _template(reader, "record"), context, status=status)


def _open_to(reader: Reader, rows: QuerySet[Session]) -> QuerySet[Session]:
    """The staff see those of their communities and of the street."""
    user = reader.by.user
    if user is None:
        return rows
    return rows.filter(gathering__in=Gathering.objects.open_to(user))


def _certificate(request: HttpRequest, reader: Reader, year: int) -> HttpResponse | FileResponse:
    found = record.of(_sign_ups(reader), year)
    try:
        name = found.entries[0].sign_up.full_name if found.entries else ""
        return docx_file(certificate_of(name, found), f"certificate-{year}.docx")
    except Refused as refusal:
        return _record(request, reader, refusal=refusal.sentence, status=409)


def _mine(reader: Reader, pk: int) -> tuple[Session, SignUp]:
    """A session that this person has a place at or was at.

    Raises:
        Http404: they have not.
    """
    rows = Session.objects.select_related("gathering", "plan")
    session = get_object_or_404(rows, pk=pk)
    own = _sign_ups(reader).filter(gathering=session.gathering_id, state__in=OF_IT).first()
    if own is None:
        raise Http404
    own.gathering = session.gathering
    return session, own


def _session(request: HttpRequest, reader: Reader, pk: int) -> HttpResponse:
    """What is handed out, and the quiz with how it went; others are led to the gathering."""
    rows = Session.objects.select_related("gathering")
    session = get_object_or_404(rows, pk=pk)
    gathering_page = "worker_gathering" if reader.way == WORKER else "gathering"
    own = _sign_ups(reader).filter(gathering=session.gathering_id, state__in=OF_IT).first()
    if own is None:
        return see_other(replace(reader, way=gathering_page).url("", session.gathering_id))
    quiz = Quiz.objects.filter(session=session).first()
    tries = list(quiz.attempts.filter(sign_up=own)) if quiz else []
    context = {
        **_frame(request, reader),
        "session": session,
        "own": own,
        "materials": session.materials.all(),
        "quiz": quiz,
        "tries": tries,
        "best": max(tries, key=lambda each: each.score, default=None),
        "may_take": quiz is not None and _may_take(own, tries),
        "most_tries": TRIES,
        "material_page": f"{reader.way}_material",
        "gathering_page": gathering_page,
        "to_quiz": reader.url("quiz", pk),
        "back": reader.url(""),
    }
    return page(request, _template(reader, "session"), context)


def _may_take(own: SignUp, tries: list[Attempt]) -> bool:
    return own.state == State.ATTENDED and len(tries) < TRIES and not any(each.passed for each in tries)


def _material(reader: Reader, pk: int) -> FileResponse:
    row = get_object_or_404(Material.objects.select_related("session"), pk=pk)
    _mine(reader, row.session_id)
    return material_file(row)


def _quiz(request: HttpRequest, reader: Reader, pk: int) -> HttpResponse:
    session, own = _mine(reader, pk)
    quiz = get_object_or_404(Quiz.objects.select_related("session"), session=session)
    tries, refusal, status = list(quiz.attempts.filter(sign_up=own)), "", 200
    if request.method != "POST" and not _may_take(own, tries):
        return see_other(reader.url("session", pk))
    form = AnswersForm(request.POST or None, questions=list(quiz.questions.all()))
    if request.method == "POST" and form.is_valid():
        try:
            made = quizzes.answer(
                quiz, own, answers=form.chosen(), form_id=form.cleaned_data["form_id"], by=reader.by
            )
        except Refused as refused:
            refusal, status = refused.sentence, 409
        else:
            messages.success(request, _("Passed, well done!") if made.passed else _("Not passed this time."))
            return see_other(reader.url("session", pk))
    context = {
        **_frame(request, reader),
        "session": session,
        "quiz": quiz,
        "form": form,
        "left": TRIES - len(tries),
        "refusal": refusal,
        "back": reader.url("session", pk),
    }
    return page(request, _template(reader, "quiz"), context, status=422 if form.errors else status)
