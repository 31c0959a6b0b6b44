"""The office's page of one session: hours, what is handed out, the quiz and how it went."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.doors import member as staff
from partybuilding.access import By, seen_in
from partybuilding.gatherings.models import Gathering
from partybuilding.training import access, figures, quiz_text
from partybuilding.training.forms import MaterialForm, QuizForm, SessionWordsForm
from partybuilding.training.models import Material, Quiz, Session
from partybuilding.training.quiz_text import Asked
from partybuilding.training.services import materials as handing_out
from partybuilding.training.services import quizzes, sessions
from partybuilding.training.views.plans import HERE
from partybuilding.training.views.serving import material_file
from requests_app.desk.doors import for_office, frame
from wangguan.answers import page, see_other
from wangguan.refusals import Refused


@require_GET
@for_office()
def session(request: HttpRequest, pk: int) -> HttpResponse:
    return _session(request, _found(request, pk))


def _session(
    request: HttpRequest,
    row: Session,
    *,
    refusal: str = "",
    form: MaterialForm | None = None,
    status: int = 200,
) -> HttpResponse:
    keeps = access.keeps(By(staff(request)), row.plan)
    quiz = Quiz.objects.filter(session=row).first()
    context = {
        **frame(request, HERE),
        "row": row,
        "gathering": Gathering.objects.with_counts().get(pk=row.gathering_id),
        "unconfirmed": row.gathering.sign_ups.attended().filter(hours__isnull=True).count(),
        "keeps": keeps,
        "sees_people": _sees_people(request, row),
        "materials": row.materials.all(),
        "form": form or MaterialForm(),
        "quiz": quiz,
        "shares": figures.shares(_of(row, quiz)) if quiz else None,
        "refusal": refusal,
    }
    return page(request, "training/session.html", context, status=status)


def _of(row: Session, quiz: Quiz) -> Quiz:
    quiz.session = row
    return quiz


def _sees_people(request: HttpRequest, row: Session) -> bool:
    return Session.objects.filter(seen_in(staff(request), "plan__community"), pk=row.pk).exists()


@require_POST
@for_office()
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The session's hours for everybody who came and has none."""
    row = _kept(request, pk)
    try:
        count = sessions.confirm(row, by=By(staff(request)))
    except Refused as refusal:
        return _session(request, row, refusal=refusal.sentence, status=409)
    said = ngettext("Hours of %(count)d person confirmed.", "Hours of %(count)d people confirmed.", count)
    messages.success(request, said % {"count": count})
    return see_other(reverse("training_session", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Topic, lecturer, audience, hours; when and where are changed with the gathering."""
    row = _kept(request, pk)
    initial = {name: getattr(row, name) for name in SessionWordsForm.base_fields}
    form = SessionWordsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        sessions.change(row, by=By(staff(request)), **form.cleaned_data)
        messages.success(request, _("Kept."))
        return see_other(reverse("training_session", args=[pk]))
    context = {**frame(request, HERE), "form": form, "session": row, "row": row.plan}
    return page(request, "training/session_form.html", context, status=422 if form.errors else 200)


# --- what is handed out ----------------------------------------------------------------------
@require_POST
@for_office()
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """A file or a link."""
    row = _kept(request, pk)
    form = MaterialForm(request.POST, request.FILES)
    if form.is_valid():
        told: dict[str, Any] = dict(form.cleaned_data)
        file = cast(UploadedFile | None, told.pop("file"))
        try:
            handing_out.add(row, file=file, by=By(staff(request)), **told)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("It is handed out now."))
            return see_other(reverse("training_session", args=[pk]))
    return _session(request, row, form=form, status=422)


@require_POST
@for_office()
def remove(request: HttpRequest, pk: int, material: int) -> HttpResponse:
    row = _kept(request, pk)
    handing_out.remove(get_object_or_404(row.materials, pk=material), by=By(staff(request)))
    messages.success(request, _("Taken away."))
    return see_other(reverse("training_session", args=[pk]))


@require_GET
@for_office()
def material(request: HttpRequest, pk: int) -> FileResponse:
    seen = Session.objects.visible_to(staff(request))
    return material_file(get_object_or_404(Material, pk=pk, session__in=seen))


# --- the quiz --------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def quiz(request: HttpRequest, pk: int) -> HttpResponse:
    """Set it, or set it anew while nobody has taken it."""
    row = _kept(request, pk)
    form = QuizForm(request.POST or None, initial=_typed(row))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            quizzes.put(row, questions=told["typed"], pass_mark=told["pass_mark"], by=By(staff(request)))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("The quiz stands; those who were there can take it."))
            return see_other(reverse("training_session", args=[pk]))
    context = {**frame(request, HERE), "form": form, "row": row}
    return page(request, "training/quiz_form.html", context, status=422 if form.errors else 200)


def _typed(row: Session) -> dict[str, Any]:
    found = Quiz.objects.filter(session=row).first()
    if found is None:
        return {}
    questions = [Asked(each.text, tuple(each.answers), each.right) for each in found.questions.all()]
    return {"typed": quiz_text.write(questions), "pass_mark": found.pass_mark}


def _kept(request: HttpRequest, pk: int) -> Session:
    row = _found(request, pk)
    if not access.keeps(By(staff(request)), row.plan):
        raise PermissionDenied(_("Only the office of this plan does that."))
    return row


def _found(request: HttpRequest, pk: int) -> Session:
    rows = Session.objects.visible_to(staff(request)).select_related("gathering", "plan__community")
    return get_object_or_404(rows.defer("plan__community__boundary"), pk=pk)
