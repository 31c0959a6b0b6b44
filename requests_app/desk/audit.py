"""The audit log as an auditor reads it: narrowed by kind, person and span, each row in words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids import access
from grids.models import Role, User
from wangguan.auditlog import Kind
from wangguan.auditlog.models import Entry

access.register("auditlog.entry", view=(Role.STREET_LEADER, Role.AUDITOR))

NEEDS = "auditlog.view_entry"
MOST_NAMESAKES = 20
DAY = timedelta(days=1)
ACCOUNT = "grids.user:"
WORDS = {
    "fields": _("fields"),
    "field": _("field"),
    "known": _("known account"),
    "role": _("role"),
    "rows": _("rows"),
    "second_factor": _("second factor"),
    "sessions": _("sessions"),
    "step": _("step"),
    "what": _("what"),
}
"""What a detail is called; what has no word here stands as it was written."""
VALUES = {
    "added": _("added"),
    "changed": _("changed"),
    "deleted": _("deleted"),
    "password": _("password"),
    "second factor": _("second factor"),
    "waiting": _("had to wait"),
    **dict(Role.choices),
}
"""The same for what stands in it."""


class Narrow(forms.Form):
    """What an auditor looks for; a value that makes no sense narrows nothing."""

    kind = forms.ChoiceField(
        label=_("what happened"), choices=[("", _("All")), *Kind.choices], required=False
    )
    person = forms.CharField(label=_("person (user name or real name)"), max_length=150, required=False)
    since = forms.DateField(label=_("from"), required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label=_("until"), required=False, widget=forms.DateInput({"type": "date"}))

    def rows(self) -> QuerySet[Entry]:
        """The rows asked for, the latest first."""
        self.is_valid()
        given = self.cleaned_data
        rows = Entry.objects.select_related("actor").order_by("-number")
        if kind := given.get("kind"):
            rows = rows.filter(kind=kind)
        if name := given.get("person"):
            rows = rows.filter(_of(name))
        if since := given.get("since"):
            rows = rows.filter(at__gte=_start(since))
        if until := given.get("until"):
            rows = rows.filter(at__lt=_start(until + DAY))
        return rows


def _of(name: str) -> Q:
    """What these people did, and what was done to their accounts."""
    people = User.objects.filter(Q(username=name) | Q(real_name=name))
    keys = list(people.values_list("pk", flat=True)[:MOST_NAMESAKES])
    return Q(actor__in=keys) | Q(subject__in=[f"{ACCOUNT}{key}" for key in keys])


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True)
class Line:
    """One row in words."""

    entry: Entry
    about: str
    detail: str


def lines(entries: Iterable[Entry]) -> Iterator[Line]:
    """The rows in words; names of accounts are looked up together."""
    found = list(entries)
    names = _names(found)
    for entry in found:
        yield Line(entry, _about(entry.subject, names), said(entry.detail))


def said(detail: Mapping[str, Any]) -> str:
    """A row's detail, as it is read."""
    return " · ".join(f"{WORDS.get(key, key)}: {_value(value)}" for key, value in detail.items())


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    values = value if isinstance(value, list) else [value]
    return "、".join(str(VALUES.get(str(each), each)) for each in values)


def _names(entries: Iterable[Entry]) -> dict[str, str]:
    subjects = {entry.subject for entry in entries if entry.subject.startswith(ACCOUNT)}
    keys = [subject.removeprefix(ACCOUNT) for subject in subjects]
    return {f"{ACCOUNT}{user.pk}": str(user) for user in User.objects.filter(pk__in=keys)}


def _about(subject: str, names: Mapping[str, str]) -> str:
    """`grids.post:12` → “post 12”; an account by its name; the name of an address as it is."""
    if subject in names:
        return names[subject]
    label, _colon, key = subject.partition(":")
    try:
        return f"{apps.get_model(label)._meta.verbose_name} {key}"
    except (LookupError, ValueError):
        return subject
