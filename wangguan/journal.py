"""The admin's own history: who added, changed and deleted what, with the values before and after.

Django keeps the entries (`LogEntry`); what is written outside the admin's forms leaves them here too.
Personal data and secrets are said to have changed, never what they were or are.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from wangguan.auditlog import watched
from wangguan.privacy import EncryptedTextField

__all__ = ["ADDITION", "CHANGE", "DELETION", "Audited", "Telling", "note", "told"]

NOTHING = "—"
DONE = {ADDITION: "added", CHANGE: "changed", DELETION: "deleted"}
"""What an entry's flag is called in the audit log."""
LONGEST = 200
"""Characters of a value that are kept."""


def note(by: Any, rows: Iterable[Model], flag: int, said: str) -> None:
    """Write down what `by` did to these rows, in words.

    Call it before rows are deleted, and within the transaction that writes them.
    """
    noted = list(rows)
    LogEntry.objects.log_actions(by.pk, noted, flag, said)
    watched.edited(noted, actor=by, what=DONE[flag])


def told(entry: LogEntry) -> list[str]:
    """An entry in sentences, values before and after with them."""
    values = [
        f"{_(label)}: {before} → {after}"
        for part in _parts(entry)
        for label, before, after in part.get("changed", {}).get("values", ())
    ]
    return values or [entry.get_change_message()]


def _parts(entry: LogEntry) -> list[dict[str, Any]]:
    if not entry.change_message.startswith("["):
        return []
    try:
        parts = json.loads(entry.change_message)
    except ValueError:
        return []
    return [part for part in parts if isinstance(part, dict)]


class Audited(admin.ModelAdmin):
    """An admin whose edits stand in the audit log too, where the register is watched (`auditlog.watched`)."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        entry = super().log_addition(request, obj, message)
        watched.edited([obj], actor=request.user, what=DONE[ADDITION], request=request)
        return entry

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        entry = super().log_change(request, obj, message)
        fields = _fields(message)
        watched.edited([obj], actor=request.user, what=DONE[CHANGE], fields=fields, request=request)
        return entry

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        rows = list(queryset)
        entries = super().log_deletions(request, queryset)
        watched.edited(rows, actor=request.user, what=DONE[DELETION], request=request)
        return entries


class Telling(admin.ModelAdmin):
    """An admin whose history tells values too; mixed in where nothing of it is about a person's life."""

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        message = super().construct_change_message(request, form, formsets, add)
        if not add and message and "changed" in message[0] and "name" not in message[0]["changed"]:
            changed: dict[str, Any] = message[0]["changed"]
            changed["values"] = list(_values(form))
        return message


def _fields(message: Any) -> list[str]:
    """Labels (untranslated) of what a form changed in the row itself."""
    parts = message if isinstance(message, list) else []
    found = (part["changed"] for part in parts if "changed" in part and "name" not in part["changed"])
    return [str(label) for changed in found for label in changed.get("fields", ())]


def _values(form: forms.BaseModelForm) -> Iterator[tuple[str, str, str]]:
    """Label (untranslated), the value before and the value after of each field that changed."""
    for name in form.changed_data:
        field = form.fields[name]
        with override(None):
            label = str(field.label or name)
        if _is_secret(form, name):
            yield label, "***", "***"
        else:
            yield (
                label,
                _shown(field, form.get_initial_for_field(field, name)),
                _shown(field, form.cleaned_data.get(name)),
            )


def _is_secret(form: forms.BaseModelForm, name: str) -> bool:
    columns = {column.name: column for column in form._meta.model._meta.get_fields()}
    return isinstance(columns.get(name), EncryptedTextField) or "password" in name


def _shown(field: forms.Field, value: Any) -> str:
    """A value as the form's reader knows it."""
    if isinstance(field, forms.ModelChoiceField):
        return _named(field, value)
    if value in (None, "", []):
        return NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    words = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    values: Sequence[Any] = value if isinstance(value, list | tuple) else [value]
    return "、".join(words.get(str(each), str(each)) for each in values)[:LONGEST]


def _named(field: forms.ModelChoiceField, value: Any) -> str:
    """The rows chosen, by name; before saving a form knows their keys alone."""
    chosen = value if isinstance(value, list | tuple) or hasattr(value, "all") else [value]
    rows = [each for each in chosen if each not in (None, "")]
    if field.queryset is None:
        return NOTHING
    keys = [row.pk if isinstance(row, Model) else row for row in rows]
    return (
        "、".join(str(row) for row in field.queryset.model._default_manager.filter(pk__in=keys))[:LONGEST]
        or NOTHING
    )
