"""Bringing in staff and posts as xlsx, and taking them out in the same layout."""

import json
import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids import access, staff_file
from grids.admin.base import user_of
from grids.models import Post
from wangguan.privacy import decrypt, decrypt_file, encrypt, encrypt_file
from wangguan.refusals import Refused
from wangguan.workbook import TYPE

KEPT = 1800
"""Seconds that an uploaded file waits for its confirmation, sealed."""
PAGE = "admin:grids_user_import"


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("xlsx file"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"})
    )


class StaffImport:
    """Pages beside the list of users; mixed into its admin."""

    def import_urls(self: Any) -> list[URLPattern]:
        pages = {"import": self.import_view, "import-template": self.template_view}
        pages |= {"import-passwords": self.passwords_view, "staff-file": self.staff_file_view}
        return [
            path(f"{name}/", self.admin_site.admin_view(view), name=f"grids_user_{name.replace('-', '_')}")
            for name, view in pages.items()
        ]

    def import_view(self: Any, request: HttpRequest) -> HttpResponse:
        """Upload, look at what it would do, and take it over."""
        _check(request)
        if request.method == "POST" and "token" in request.POST:
            return self._take_over(request)
        form = UploadForm(request.POST or None, request.FILES or None)
        context: dict[str, Any] = {"form": form}
        if request.method == "POST" and form.is_valid():
            content = form.cleaned_data["file"].read()
            try:
                context["report"] = staff_file.check(content, by=user_of(request))
                context["token"] = _keep(request, content)
            except Refused as refused:
                form.add_error("file", refused.sentence)
        return self._page(request, context, status=422 if form.errors else 200)

    def _take_over(self: Any, request: HttpRequest) -> HttpResponse:
        content = cache.get(_key(request, request.POST["token"]))
        if content is None:
            messages.error(request, _("The file was kept for half an hour only. Please upload it again."))
            return redirect(PAGE)
        counts = request.POST.get("counts", "").split(",")
        expected = [int(count) if count.isdecimal() else -1 for count in counts]
        try:
            report = staff_file.take_over(decrypt_file(content), by=user_of(request), expected=expected)
        except Refused as refused:
            messages.error(request, refused.sentence)
            return redirect(PAGE)
        cache.delete(_key(request, request.POST["token"]))
        said = {"people": report.people, "posts": report.posts, "changed": report.changed}
        done = _("Taken over: %(people)d new people, %(posts)d new posts, %(changed)d changes.")
        messages.success(request, done % said)
        if report.passwords:
            cache.set(_key(request, "passwords"), encrypt(json.dumps(report.passwords)), KEPT)
        return self._page(request, {"form": UploadForm(), "passwords": len(report.passwords)})

    def passwords_view(self: Any, request: HttpRequest) -> HttpResponse:
        """The first passwords, once."""
        _check(request)
        kept = cache.get(_key(request, "passwords"))
        if request.method != "POST" or kept is None:
            messages.error(request, _("They were fetched already, or half an hour has passed."))
            return redirect(PAGE)
        cache.delete(_key(request, "passwords"))
        return _file(staff_file.passwords_file(json.loads(decrypt(kept))), "first-passwords")

    def template_view(self: Any, request: HttpRequest) -> HttpResponse:
        _check(request)
        return _file(staff_file.template(), "staff-template")

    def staff_file_view(self: Any, request: HttpRequest) -> HttpResponse:
        """The posts in force that the reader sees, without phones."""
        _check(request)
        posts = Post.objects.current().with_units().select_related("user").order_by("user__username", "pk")
        return _file(staff_file.template(posts), "staff")

    def _page(self: Any, request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        around = self.admin_site.each_context(request)
        whole = {**around, "title": _("Bring in staff and posts"), "opts": self.opts, **context}
        return TemplateResponse(request, "admin/grids/user/import.html", whole, status=status)


def _check(request: HttpRequest) -> None:
    if not access.has_perm(user_of(request), "grids.add_user"):
        raise PermissionDenied


def _keep(request: HttpRequest, content: bytes) -> str:
    token = secrets.token_urlsafe(16)
    cache.set(_key(request, token), encrypt_file(content), KEPT)
    return token


def _key(request: HttpRequest, name: str) -> str:
    """One's own: nobody confirms what another uploaded."""
    return f"staff-import:{user_of(request).pk}:{name[:40]}"


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response
