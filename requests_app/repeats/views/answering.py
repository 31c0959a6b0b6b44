"""One answer to all: write it, see what it would do, confirm, read what came of it."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from grids.doors import member
from requests_app.desk.doors import for_office, frame
from requests_app.repeats import access
from requests_app.repeats.forms import AnswerForm
from requests_app.repeats.models import Group, GroupAnswer
from requests_app.repeats.services.answering import Prospect, answer_all, outcome, prospects
from requests_app.repeats.views.groups import HERE, visible_group
from requests_app.views.cards import title
from wangguan.answers import page, see_other
from wangguan.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def answer(request: HttpRequest, key: int) -> HttpResponse:
    user = member(request)
    group = visible_group(user, key)
    if not access.may_edit(user, group):
        raise PermissionDenied(_("Groups are changed by the street and by the community they lie in."))
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, group, form, status=422 if form.is_bound else 200)
    if "confirm" not in request.POST:
        return _page(request, group, form, confirm="mend" not in request.POST)
    given = form.cleaned_data
    try:
        answer_all(
            group,
            by=user,
            text=given["answer"],
            batch=given["batch"],
            seen=_seen(request.POST.getlist("ticket")),
        )
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _page(request, group, form, status=409)
    return see_other(f"/admin/repeats/{group.pk}/answers/{given['batch']}/")


def _seen(values: list[str]) -> dict[str, int]:
    """Number → version, as the preview carries them."""
    pairs = (value.partition("~") for value in values)
    return {
        number[:32]: int(version)
        for number, _tilde, version in pairs
        if version.isdecimal() and len(version) < 9
    }


@require_GET
@for_office()
def given(request: HttpRequest, key: int, batch: UUID) -> HttpResponse:
    """What became of an answer to all."""
    user = member(request)
    group = visible_group(user, key)
    record = get_object_or_404(GroupAnswer.objects.select_related("group", "by"), batch=batch, group=group)
    found = outcome(record, user)
    context = {
        **frame(request, HERE),
        "group": group,
        "record": record,
        "done": [(ticket, title(ticket)) for ticket in found.done],
        "left": _shown(found.left),
    }
    return page(request, "repeats/given.html", context)


def _shown(found: list[Prospect]) -> list[tuple[Prospect, str]]:
    return [(each, title(each.ticket)) for each in found]


def _page(
    request: HttpRequest, group: Group, form: AnswerForm, *, confirm: bool = False, status: int = 200
) -> HttpResponse:
    found = _shown(prospects(group, member(request)))
    context: dict[str, Any] = {
        **frame(request, HERE),
        "group": group,
        "form": form,
        "confirm": confirm,
        "possible": [each for each in found if not each[0].refusal],
        "refused": [each for each in found if each[0].refusal],
    }
    return page(request, "repeats/answer.html", context, status=status)
