"""One form on a page of its own: what stands around it, and what becomes of it when it is sent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict

from grids.doors import frame
from residents.services.record import ChangedMeanwhile
from wangguan.answers import page, see_other
from wangguan.refusals import Refused

Fact = tuple[str, str]
"""A label and what stands behind it."""


@dataclass(frozen=True)
class Sheet:
    """What stands around a form.

    Attributes:
        about: whose matter it is, above the form.
        intro: what follows from it, in a sentence.
        back: where "cancel" leads.
        final: the button is for something that people fear to press by mistake.
    """

    title: str
    button: str
    back: str
    about: str = field(default="", repr=False)
    intro: str = ""
    template: str = "residents/sheet.html"
    final: bool = False
    more: dict[str, Any] = field(default_factory=dict, repr=False)


def show(
    request: HttpRequest, form: forms.Form, sheet: Sheet, *, status: int = 200, now: Sequence[Fact] = ()
) -> HttpResponse:
    """The page. `now`: how what was changed meanwhile stands, above what was typed."""
    context = {**frame(request, "residents"), **sheet.more, "form": form, "sheet": sheet, "now": now}
    return page(request, sheet.template, context, status=status)


def settle(
    request: HttpRequest,
    form: forms.Form,
    sheet: Sheet,
    act: Callable[[], str],
    *,
    said: str,
    again: Callable[[], tuple[forms.Form, Sequence[Fact]]] | None = None,
) -> HttpResponse:
    """What becomes of a form that was sent: done and on to the address that `act` gives, or the form again.

    A refusal stands at its field. When somebody else was first, `again` makes the form anew with what was
    typed and the version of now, and tells how things stand.
    """
    if not form.is_valid():
        return show(request, form, sheet, status=422)
    try:
        address = act()
    except ChangedMeanwhile as meanwhile:
        fresh, now = again() if again else (form, ())
        fresh.is_valid()
        fresh.add_error(None, meanwhile.sentence)
        return show(request, fresh, sheet, status=409, now=now)
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.sentence)
        return show(request, form, sheet, status=409)
    if said:
        messages.success(request, said)
    return see_other(address)


def retyped(request: HttpRequest, **fresh: Any) -> QueryDict:
    """What was typed, with some hidden fields as they stand now."""
    typed = request.POST.copy()
    for name, value in fresh.items():
        typed[name] = str(value)
    return typed
