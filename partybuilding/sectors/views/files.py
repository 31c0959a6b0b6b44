"""Bringing firms in as a file: a look first, that names every row at fault; then one press writes them."""

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from grids.doors import member
from grids.models import User
from partybuilding import access as party
from partybuilding.sectors import firm_file
from partybuilding.sectors.views.office import HERE
from requests_app.desk.doors import for_office, frame
from wangguan.answers import page, see_other
from wangguan.privacy import decrypt_file, encrypt_file
from wangguan.refusals import Refused
from wangguan.workbook import TYPE

KEPT = 1800
"""Seconds that an uploaded file waits for its confirmation, sealed."""


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("xlsx file"),
        widget=forms.ClearableFileInput({"accept": ".xlsx"}),
        help_text=gettext_lazy("Made from the empty file; 5,000 rows at most."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def bring_in(request: HttpRequest) -> HttpResponse:
    user = _keeper(request)
    if request.method != "POST":
        return _shown(request, FileForm())
    if "token" in request.POST:
        return _take_over(request, user)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, form, status=422)
    content = form.cleaned_data["file"].read()
    try:
        report = firm_file.check(content, by=user)
    except Refused as refused:
        form.add_error("file", refused.sentence)
        return _shown(request, form, status=422)
    token = _keep(user, content) if report.fresh else ""
    return _shown(request, FileForm(), report=report, token=token)


@require_GET
@for_office()
def template(request: HttpRequest) -> HttpResponse:
    _keeper(request)
    response = HttpResponse(firm_file.template(), content_type=TYPE)
    response["Content-Disposition"] = 'attachment; filename="firms.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response


def _take_over(request: HttpRequest, user: User) -> HttpResponse:
    key, count = _key(user, request.POST["token"]), request.POST.get("count", "")
    sealed = cache.get(key)
    if sealed is None:
        messages.error(request, _("The file was kept for half an hour only. Please upload it again."))
        return see_other(reverse("sectors_import"))
    cache.delete(key)
    try:
        expected = int(count) if count.isdecimal() and len(count) < 6 else -1
        number = firm_file.take_over(decrypt_file(sealed), by=user, expected=expected)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return see_other(reverse("sectors_import"))
    said = ngettext(
        "%(number)d firm or site is on the list now.",
        "%(number)d firms and sites are on the list now.",
        number,
    )
    messages.success(request, said % {"number": number})
    return see_other(reverse(HERE))


def _shown(request: HttpRequest, form: FileForm, *, status: int = 200, **more: Any) -> HttpResponse:
    return page(request, "sectors/import.html", {**frame(request, HERE), "form": form, **more}, status=status)


def _keeper(request: HttpRequest) -> User:
    user = member(request)
    if not party.may_write(user):
        raise PermissionDenied(_("Your post does not include this page."))
    return user


def _keep(user: User, content: bytes) -> str:
    token = secrets.token_urlsafe(16)
    cache.set(_key(user, token), encrypt_file(content), KEPT)
    return token


def _key(user: User, token: str) -> str:
    """One's own: nobody confirms what another uploaded."""
    return f"sectors-import:{user.pk}:{token[:40]}"
