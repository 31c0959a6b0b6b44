"""What people write about a case."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.models import Line, User
from requests_app.models import Ticket
from requests_app.supervision import access
from requests_app.supervision.models import Case, limits
from requests_app.supervision.services.people import Unit, unit_at
from requests_app.supervision.terms import MOST_DAYS, WORDS_MAX, Act, Cause
from requests_app.workflow import Level
from wangguan.fields import WordsField


def _days(**options: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Working days to answer"), min_value=1, max_value=MOST_DAYS, required=False, **options
    )


class OpenForm(forms.Form):
    """To whom a matter is put, why, and for how long."""

    unit = forms.ChoiceField(label=_("Who shall answer"), widget=forms.RadioSelect)
    cause = forms.ChoiceField(label=_("Where it comes from"), widget=forms.RadioSelect)
    reason = WordsField(
        label=_("Why, and what is expected"),
        max_length=WORDS_MAX,
        help_text=_("The unit reads this; the resident does not."),
    )
    days = _days()
    action_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, ticket: Ticket, user: User, **options: Any) -> None:
        is_street = access.is_of_dispatch(user)
        self._units = _units(ticket, is_street=is_street)
        own = next(iter(self._units)) if ticket.level == Level.GRID else _key(ticket.level, ticket.section)
        first = {"unit": own if own in self._units else next(iter(self._units)), "cause": Cause.DECISION}
        options["initial"] = first | {"action_id": uuid4(), "days": limits(Cause.DECISION).answer_days}
        super().__init__(*args, **options)
        choices = [(key, name) for key, (_unit, name) in self._units.items()]
        self.fields["unit"].choices = choices  # type: ignore[attr-defined]
        self.fields["cause"].choices = [  # type: ignore[attr-defined]
            (Cause.DECISION.value, Cause.DECISION.label),
            (Cause.AUDIT.value, Cause.AUDIT.label),
        ]
        if not is_street:
            del self.fields["cause"]

    def for_open(self) -> dict[str, Any]:
        """As `services.cases.open_case` takes it."""
        given = self.cleaned_data
        return {
            "unit": self._units[given["unit"]][0],
            "cause": Cause(given.get("cause", Cause.DECISION)),
            "reason": given["reason"],
            "days": given["days"],
            "action_id": given["action_id"],
        }


def _units(ticket: Ticket, *, is_street: bool) -> dict[str, tuple[Unit, str]]:
    """Whom this ticket may be put to: its grid, its community, a section; a community asks its grid alone."""
    found = {}
    if ticket.grid and not ticket.about_staff:
        found[_key(Level.GRID)] = (unit_at(ticket, Level.GRID), str(ticket.grid))
    if not is_street:
        return found
    if ticket.community and not ticket.about_staff:
        found[_key(Level.COMMUNITY)] = (unit_at(ticket, Level.COMMUNITY), str(ticket.community))
    for section, name in [("", gettext("dispatch centre")), *Line.choices]:
        label = gettext("Street: %(section)s") % {"section": name}
        found[_key(Level.STREET, section)] = (unit_at(ticket, Level.STREET, section), label)
    return found


def _key(level: str, section: str = "") -> str:
    return f"{level}:{section}" if section else str(level)


class ActForm(forms.Form):
    """Words about a case; `version` is the one that was read."""

    words = WordsField(label=_("In words"), max_length=WORDS_MAX)
    action_id = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=1_000_000)
    label: Any = ""

    def __init__(self, *args: Any, case: Case, act: Act, **options: Any) -> None:
        options |= {"initial": {"action_id": uuid4(), "version": case.version}, "auto_id": f"{act}_%s"}
        super().__init__(*args, **options)
        if self.label:
            self.fields["words"].label = self.label

    def renew(self, case: Case) -> None:
        """For the case as it stands now: what was typed stays, the version is the one shown."""
        self.data = {**self.data.dict(), "version": str(case.version)}  # type: ignore[attr-defined]


class AnswerForm(ActForm):
    label = _("What was done, and what follows")


class WithdrawForm(ActForm):
    label = _("Why it is withdrawn")


class JudgeForm(ActForm):
    """Words are needed only for a refusal; the service says so."""

    label = _("Your judgement in words; needed when the answer is not accepted")
    days = _days(help_text=_("For the next answer, when this one is not accepted."))

    def __init__(self, *args: Any, case: Case, act: Act, **options: Any) -> None:
        super().__init__(*args, case=case, act=act, **options)
        self.fields["words"].required = False
        self.initial["days"] = case.days


FORMS: dict[Act, type[ActForm]] = {
    Act.ANSWER: AnswerForm,
    Act.ACCEPT: JudgeForm,
    Act.RETURN: JudgeForm,
    Act.WITHDRAW: WithdrawForm,
}
