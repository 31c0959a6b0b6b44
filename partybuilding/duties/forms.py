"""The forms of the duty list."""

from typing import Any, cast
from uuid import uuid4

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from grids import access as doors
from grids.models import Community, Post, User, today
from partybuilding.duties.models import Turn
from partybuilding.duties.queries import DutyQuerySet
from partybuilding.duties.services.rollover import Plan
from partybuilding.duties.terms import FIRST_YEAR, LAST_YEAR, WORDS_MAX, Tier
from partybuilding.duties.workflow import State
from requests_app.models import Ticket
from wangguan.fields import WithPhotos, WordsField

STREET = "street"
"""Chosen as a unit: the street's own list."""
LATE = "late"


class StepForm(forms.Form):
    """Words with a step; `version` is the one that was read, the id makes a second tap harmless."""

    words = WordsField(label=_("In words"), max_length=WORDS_MAX)
    action_id = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=1_000_000)

    def __init__(self, *args: Any, turn: Turn, user: User, **options: Any) -> None:
        self.user = user
        options["initial"] = {"action_id": uuid4(), "version": turn.version}
        super().__init__(*args, **options)

    def renew(self, turn: Turn) -> None:
        """For the turn as it stands now: what was typed stays, the version is the one shown."""
        fresh = cast(QueryDict, self.data).copy()
        fresh["version"] = str(turn.version)
        self.data = fresh

    def for_step(self) -> dict[str, Any]:
        """As `services.steps.take` takes it."""
        return {name: self.cleaned_data[name] for name in ("words", "action_id", "version")}


class ReportForm(WithPhotos, StepForm):
    """What the owner shows: words, photos, a matter that was settled."""

    number = forms.CharField(
        label=_("Number of a request"),
        max_length=32,
        required=False,
        help_text=_("When a request shows what was done."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["words"].label = _("What was done, and what shows it")

    def clean_number(self) -> Ticket | None:
        number = self.cleaned_data["number"].strip()
        if not number:
            return None
        found = Ticket.objects.visible_to(self.user).filter(number__iexact=number).first()
        if found is None:
            raise forms.ValidationError(_("No request with this number is open to you. Please check it."))
        return found

    def for_step(self) -> dict[str, Any]:
        given = self.cleaned_data
        return super().for_step() | {"ticket": given["number"], "pictures": given["photos"]}


class JudgeForm(StepForm):
    """Words are needed only to return it; the service says so."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["words"].required = False
        self.fields["words"].label = _("Your judgement in words; needed when you return it")


class CancelForm(StepForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["words"].label = _("Why it is not asked for any more")


FORMS: dict[str, type[StepForm]] = {
    "report": ReportForm,
    "check": JudgeForm,
    "return": JudgeForm,
    "cancel": CancelForm,
}


def _year() -> forms.IntegerField:
    return forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False)


class YearForm(forms.Form):
    """Which year's list; whatever makes no sense is this year's."""

    year = _year()

    @property
    def chosen(self) -> int:
        return (self.cleaned_data.get("year") if self.is_valid() else None) or today().year


class FilterForm(forms.Form):
    """What narrows the office's list; whatever makes no sense narrows nothing."""

    year = _year()
    tier = forms.TypedChoiceField(
        label=_("Tier"), coerce=int, required=False, choices=[("", _("All")), *Tier.choices]
    )
    community = forms.ChoiceField(label=_("Unit"), required=False)
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), (LATE, _("Late")), *State.choices]
    )

    def __init__(self, *args: Any, user: User, seen: DutyQuerySet, **options: Any) -> None:
        super().__init__(*args, **options)
        self._choices("community", [(STREET, _("Street")), *_communities(user)])
        owners = User.objects.filter(pk__in=seen.order_by().values("owner")).order_by("username")
        self._choices("owner", [(str(person.pk), str(person)) for person in owners])
        self.is_valid()

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = [("", _("All")), *choices]

    @property
    def year_chosen(self) -> int:
        return self.cleaned_data.get("year") or today().year

    def narrow(self, seen: DutyQuerySet) -> DutyQuerySet:
        given = self.cleaned_data
        wanted = Q(year=self.year_chosen)
        if tier := given.get("tier"):
            wanted &= Q(tier=tier)
        if unit := given.get("community"):
            wanted &= Q(community__isnull=True) if unit == STREET else Q(community=unit)
        if owner := given.get("owner"):
            wanted &= Q(owner=owner)
        return _in_state(seen.filter(wanted), given.get("state") or "")


def _in_state(found: DutyQuerySet, state: str) -> DutyQuerySet:
    """Duties with at least one turn of that kind."""
    if not state:
        return found
    turns = Turn.objects.late(today()) if state == LATE else Turn.objects.filter(state=state)
    return found.filter(pk__in=turns.values("duty"))


def _communities(user: User) -> list[tuple[str, str]]:
    scope = doors.admin_scope(user)
    rows = Community.objects.order_by("code").values_list("pk", "name")
    own = rows if scope.everywhere else rows.filter(pk__in=scope.communities)
    return [(str(key), name) for key, name in own]


class RollOverForm(forms.Form):
    """Who takes over each duty whose owner cannot go on; nobody: it is left out."""

    def __init__(self, *args: Any, plan: Plan, **options: Any) -> None:
        super().__init__(*args, **options)
        for line in plan.orphans:
            choices = [("", _("Nobody, leave it out")), *_heirs(line.heirs)]
            name = f"heir_{line.duty.pk}"
            self.fields[name] = forms.ChoiceField(label=str(line.duty), choices=choices, required=False)
        self._orphans = plan.orphans

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        """Each duty with the field of who takes it over."""
        return [(line.duty, self[f"heir_{line.duty.pk}"]) for line in self._orphans]

    def heirs(self) -> dict[int, int]:
        """Users (keys) by the keys of the duties they take over."""
        given = ((line.duty.pk, self.cleaned_data[f"heir_{line.duty.pk}"]) for line in self._orphans)
        return {duty: int(user) for duty, user in given if user}


def _heirs(posts: list[Post]) -> list[tuple[str, str]]:
    """Each person once, by the first of their posts."""
    found: dict[str, str] = {}
    for post in posts:
        found.setdefault(str(post.user_id), f"{post.user} · {post.get_role_display()}")
    return list(found.items())
