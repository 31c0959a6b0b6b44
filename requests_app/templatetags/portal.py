"""What the templates' parts need beyond context: icons, the 王 ring, dates in the reader's language."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField, FileField
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from grids import bar
from grids.models import User
from requests_app.workflow import Level, Status
from wangguan import clock, journal
from wangguan.privacy import keyed_hash

register = template.Library()

LADDERLESS = frozenset({Status.DECLINED, Status.MERGED})
"""Statuses whose ring carries a sign instead of the rungs, whatever the level."""


register.filter("told", journal.told)


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str) -> SafeString:
    """An icon as inline SVG, hidden from screen readers: the word stands beside it."""
    return render_to_string("parts/icon.html", {"name": name})


@register.simple_tag
def way(level: str, status: str, size: str = "", label: str | None = None) -> SafeString:
    """The 王 ring of a matter.

    Args:
        size: "" for 40 px, "s" for 28, "l" for 72.
        label: what a screen reader says; level and status when not given, "" hides the ring
            because the words stand beside it.
    """
    return _way(str(level), str(status), size, spoken(level, status) if label is None else label)


@lru_cache(maxsize=512)
def _way(level: str, status: str, size: str, label: str) -> SafeString:
    context = {"level": level, "status": status, "size": size, "label": label}
    return render_to_string("parts/way.html", context)


@register.simple_tag
def spoken(level: str, status: str) -> str:
    """“Community · In progress”: the ring in words."""
    if status in LADDERLESS:
        return str(Status(status).label)
    return f"{Level(level).label} · {Status(status).label}"


@register.simple_tag
def whose(user: User) -> str:
    """Name of the reader on this phone: the same at every sign-in, telling nothing to others."""
    return keyed_hash(f"offline:{user.pk}")[:20]


@register.inclusion_tag("parts/nav_worker.html", takes_context=True)
def worker_bar(context: template.Context) -> dict[str, Any]:
    """The bar of a worker's page; unread messages, which stand at its head too, are counted by the page."""
    user = context["request"].user
    tabs = bar.counted(user, known={"inbox": context.get("unread") or 0})
    return {"tabs": tabs, "here": context.get("here", "")}


@register.simple_tag
def rooms_aside(user: User) -> list[bar.Tab]:
    """Rooms that have no place on the reader's bar."""
    return bar.aside(user)


@register.filter
def control(field: BoundField) -> SafeString:
    """The control of one question, looking like ours; forms know nothing of looks.

    A label never hides in a placeholder, whatever the sign-in package thinks of it.
    """
    kind = "input input-file" if isinstance(field.field, FileField) else "input"
    return field.as_widget(attrs={"class": kind, "placeholder": False})


@register.filter
def options(groups: Iterable[tuple[str | None, list[dict[str, Any]], int]]) -> SafeString:
    """The options of a select, by group, as its widget describes them; what has no group stands by itself."""
    return format_html_join("", "{}", ((_group(name, options),) for name, options, _index in groups))


def _group(name: str | None, options: list[dict[str, Any]]) -> SafeString:
    shown = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((each["value"], flatatt(each["attrs"]) if each["attrs"] else "", each["label"]) for each in options),
    )
    return format_html('<optgroup label="{}">{}</optgroup>', name, shown) if name else shown


@register.filter
def moment(at: datetime | None) -> SafeString | str:
    """A point in time, to the minute, where the portal stands; the year only when it is another."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return _time(local, gettext("M j, H:i") if _this_year(local) else gettext("M j, Y, H:i"))


@register.filter
def day(on: date | datetime | None) -> SafeString | str:
    """A date; the year only when it is another."""
    if on is None:
        return ""
    local = timezone.localtime(on) if isinstance(on, datetime) else on
    return _time(local, gettext("M j") if _this_year(local) else gettext("M j, Y"))


def _this_year(on: date) -> bool:
    return on.year == timezone.localdate(clock.now()).year


def _time(value: date, pattern: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), date_format(value, pattern))
