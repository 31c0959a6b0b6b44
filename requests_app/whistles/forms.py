"""The forms of whistles."""

from collections.abc import Iterable, Sequence
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.models import Department, User
from requests_app.models import Ticket
from requests_app.whistles.models import Consent, KindRule, Whistle
from requests_app.whistles.services.drafting import Plan
from requests_app.whistles.shown import place_of, title_for_office
from requests_app.whistles.terms import (
    DEFAULTS,
    NEEDS_MAX,
    OFFERED_TICKETS,
    PLACE_MAX,
    TITLE_MAX,
    WORDS_MAX,
    Came,
)
from requests_app.whistles.workflow import Kind
from requests_app.workflow import Level
from wangguan import clock
from wangguan.fields import WithPhotos


class WhistleForm(forms.Form):
    """A draft: what is needed, where and when, for which matters, by which departments with which task."""

    form_id = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("Kind"), widget=forms.RadioSelect)
    title = forms.CharField(
        label=_("Title"),
        max_length=TITLE_MAX,
        help_text=_("Without names, phones or door numbers of residents: departments read it."),
    )
    needs = forms.CharField(
        label=_("What is needed"), max_length=NEEDS_MAX, widget=forms.Textarea(attrs={"rows": 4})
    )
    place = forms.CharField(label=_("Where to meet"), max_length=PLACE_MAX)
    latitude = forms.FloatField(min_value=-90, max_value=90, required=False, widget=forms.HiddenInput)
    longitude = forms.FloatField(min_value=-180, max_value=180, required=False, widget=forms.HiddenInput)
    meet_at = forms.DateTimeField(
        label=_("When to meet"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty: as soon as they can, within the limit."),
    )
    tickets = forms.MultipleChoiceField(label=_("For these requests"), widget=forms.CheckboxSelectMultiple)
    departments = forms.MultipleChoiceField(label=_("Departments"), widget=forms.CheckboxSelectMultiple)
    knows_other = forms.BooleanField(
        label=_("I know of it; draft another one for the same matter"), required=False
    )

    def __init__(self, *args: Any, user: User, kept: Iterable[Ticket] = (), **options: Any) -> None:
        """`kept`: matters it has already, or comes from; they are offered whatever their level by now."""
        super().__init__(*args, **options)
        self.initial.setdefault("form_id", uuid4())
        self._tickets = _offered(user, kept, self._wanted())
        self._departments = {str(row.pk): row for row in Department.objects.order_by("code")}
        self._choices("kind", _kinds())
        self._choices("tickets", [(t.number, title_for_office(t)) for t in self._tickets.values()])
        self._choices("departments", [(pk, row.name) for pk, row in self._departments.items()])
        for pk, row in self._departments.items():
            label = _("Its task: %(department)s") % {"department": row.name}
            self.fields[f"task_{pk}"] = forms.CharField(label=label, max_length=200, required=False)

    def _wanted(self) -> list[str]:
        """Numbers that came with the form."""
        get = getattr(self.data, "getlist", None)
        return [number[:32] for number in get("tickets")[:OFFERED_TICKETS]] if get else []

    def _choices(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        """Each department's box beside the field of its task."""
        boxes = list(self["departments"])
        return [(box, self[f"task_{pk}"]) for box, pk in zip(boxes, self._departments, strict=True)]

    def clean_meet_at(self) -> Any:
        moment = self.cleaned_data["meet_at"]
        if moment and moment.year > clock.now().year + 1:
            raise forms.ValidationError(_("That is more than a year away."))
        return moment

    def plan(self) -> Plan:
        told = self.cleaned_data
        return Plan(
            **{name: told[name] for name in ("kind", "title", "needs", "place", "latitude", "longitude")},
            meet_at=told["meet_at"],
            knows_other=told["knows_other"],
            tickets=tuple(self._tickets[number] for number in told["tickets"]),
            tasks={int(pk): told[f"task_{pk}"] for pk in told["departments"]},
        )


def _offered(user: User, kept: Iterable[Ticket], wanted: list[str]) -> dict[str, Ticket]:
    """Street matters that are open, the newest first, after those that are chosen already."""
    seen = Ticket.objects.visible_to(user).filter(about_staff=False, level=Level.STREET)
    chosen = {ticket.number: ticket for ticket in kept}
    if wanted:
        chosen |= {ticket.number: ticket for ticket in seen.filter(number__in=wanted).for_list()}
    newest = seen.open().for_list().order_by("-id")[:OFFERED_TICKETS]
    return chosen | {ticket.number: ticket for ticket in newest if ticket.number not in chosen}


def _kinds() -> list[tuple[str, str]]:
    """Each kind with its limit; one query."""
    rules = {rule.kind: rule for rule in KindRule.objects.all()}
    made = ((kind, rules.get(kind) or KindRule(kind=kind, **DEFAULTS[kind]._asdict())) for kind in Kind)
    return [(kind.value, f"{kind.label} ({rule.words})") for kind, rule in made]


def from_tickets(tickets: Sequence[Ticket]) -> dict[str, Any]:
    """What a draft for these matters begins with; the place to the building, the pin as it was set."""
    if not tickets:
        return {}
    first = tickets[0]
    return {
        "tickets": [ticket.number for ticket in tickets],
        "place": place_of(first)[:PLACE_MAX],
        "latitude": first.latitude,
        "longitude": first.longitude,
    }


def from_whistle(whistle: Whistle) -> dict[str, Any]:
    """A draft as it stands, for its form."""
    calls = list(whistle.calls.all())
    columns = (
        "kind",
        "title",
        "needs",
        "place",
        "latitude",
        "longitude",
        "meet_at",
        "version",
        "knows_other",
    )
    return {
        **{name: getattr(whistle, name) for name in columns},
        "tickets": [matter.ticket.number for matter in whistle.matters.select_related("ticket")],
        "departments": [str(call.department_id) for call in calls],
        **{f"task_{call.department_id}": call.task for call in calls},
    }


class NoteForm(forms.Form):
    """Words with a step; the id makes a second tap harmless."""

    action_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(
        label=_("Words"),
        max_length=WORDS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("action_id", uuid4())


class RateForm(NoteForm):
    rating = forms.TypedChoiceField(
        label=_("Rating, 5 is best"),
        coerce=int,
        choices=[(number, str(number)) for number in range(5, 0, -1)],
        widget=forms.RadioSelect,
    )
    field_order = ["rating", "note"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["note"].label = _("Why")
        self.fields["note"].required = True


class CheckInForm(NoteForm):
    latitude = forms.FloatField(min_value=-90, max_value=90, required=False, widget=forms.HiddenInput)
    longitude = forms.FloatField(min_value=-180, max_value=180, required=False, widget=forms.HiddenInput)


class DeedForm(WithPhotos, NoteForm):
    field_order = ["note", "photos"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["note"].label = _("What was done")
        self.fields["note"].required = True


class ConcludeForm(NoteForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["note"].label = _("The result")
        self.fields["note"].required = True


class ConsentForm(forms.Form):
    """What the resident said on the phone."""

    action_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    answer = forms.ChoiceField(
        label=_("May the departments call?"),
        choices=[(Consent.YES, Consent.YES.label), (Consent.NO, Consent.NO.label)],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(label=_("What the resident said, and when"), max_length=200)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("action_id", uuid4())


def _day() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class FilterForm(forms.Form):
    """What narrows the office's list; whatever makes no sense narrows nothing."""

    state = forms.CharField(required=False, max_length=12)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    department = forms.ModelChoiceField(
        label=_("Department"),
        queryset=Department.objects.order_by("code"),
        required=False,
        empty_label=_("All"),
    )
    came = forms.ChoiceField(
        label=_("How departments came"), required=False, choices=[("", _("All")), *Came.choices]
    )
    first = forms.DateField(label=_("Called from"), required=False, widget=_day())
    last = forms.DateField(label=_("To"), required=False, widget=_day())
    q = forms.CharField(label=_("Number or title"), required=False, max_length=60)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        cast(forms.ChoiceField, self.fields["kind"]).choices = [("", _("All")), *Kind.choices]

    @property
    def narrows(self) -> bool:
        """Whether anything is asked beside the state, which has tabs of its own."""
        self.is_valid()
        return any(value for name, value in self.cleaned_data.items() if name != "state")
