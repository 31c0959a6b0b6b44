"""Every component in every state, for whoever works on the pages."""

from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from grids.doors import for_staff
from requests_app.figures import Board, Figures
from requests_app.views.cards import Due, Row, others_say
from requests_app.views.public_cards import PublicCard
from requests_app.views.story import Entry, Rung
from requests_app.workflow import Level, Status, Urgency
from wangguan import clock
from wangguan.fields import PhoneField, PhotosField, WordsField


class _Fields(forms.Form):
    phone = PhoneField(label=_("Mobile number"), required=False, help_text=_("Only to answer you"))
    bad_phone = PhoneField(label=_("Mobile number"))
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices)
    note = WordsField(label=_("What was done"))
    photos = PhotosField(label=_("Photos"))
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Urgency.choices, widget=forms.RadioSelect)
    agree = forms.BooleanField(label=_("I agree"))


@require_GET
@for_staff
def styleguide(request: HttpRequest) -> HttpResponse:
    return render(request, "styleguide.html", {**_states(), **_story(), "back": "/worker/"})


def _states() -> dict[str, object]:
    form = _Fields({"phone": "13800000001", "bad_phone": "138 000", "urgency": "B", "level": "grid"})
    return {
        "levels": list(Level),
        "statuses": list(Status),
        "urgencies": list(Urgency),
        "dues": [
            Due(state, _("Overdue by %(span)s") % {"span": "2 h"})
            for state in ("ok", "yellow", "red", "stopped", "done")
        ],
        "fields": [
            [form["phone"], form["bad_phone"], form["level"]],
            [form["note"], form["photos"]],
            [form["urgency"], form["agree"]],
        ],
        "notices": ["", "done", "warn", "error"],
        "lines": [_("Somebody by name has it now"), _("You will have an answer by Nov 26, 17:30.")],
        "steps": [_step(name, primary=name == "resolve") for name in ("resolve", "escalate", "send_back")],
    }


def _step(name: str, *, primary: bool) -> dict[str, object]:
    return {
        "name": name,
        "label": _("Resolve and answer"),
        "hint": _("Write what was done; the resident is told at once."),
        "icon": "check" if primary else "arrow-up",
        "form": _Fields(auto_id=f"{name}-%s"),
        "action": "#",
        "send": _("Send"),
        "primary": primary,
        "open": name == "send_back",
    }


def _story() -> dict[str, object]:
    now, post = clock.now(), "九区社区第三网格 网格长"
    line = "楼道灯三天不亮了，老人晚上下楼看不清。"
    return {
        "rungs": [
            Rung(Level.GRID.label, "passed", [_("First handler: %(post)s") % {"post": post}], []),
            Rung(Level.COMMUNITY.label, "now", ["九区社区"], []),
            Rung(Level.STREET.label, "ahead", [], []),
        ],
        "entries": [
            Entry(now, _("The answer reached you."), now=True),
            Entry(now - timedelta(days=1), _("Accepted; somebody is responsible for it."), by=post),
        ],
        "board": Board(
            now, Figures(told=41, answered=38, in_time=2, late=1, contacted=40, said=9), forgotten=0
        ),
        "answer": {"text": f"{line}\n\n{line}", "author_title": post, "written_at": now},
        "card": PublicCard(
            "WG",
            "grid",
            "accepted",
            line,
            "九区3号楼",
            "路灯",
            now,
            _("It is being worked on"),
            others_say(3),
        ),
        "rows": [
            Row("#", "grid", "accepted", line, "九区3号楼", "路灯 C", Due("red", "2 h"), []),
            Row("#", "street", "on_hold", line, "九区南侧", "圈占 D", Due("stopped", "12-15"), []),
        ],
    }
