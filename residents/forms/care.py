"""Forms about consent, care plans and what happened in a household."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.models import today
from residents.forms.fields import DayField, radios
from residents.models import CarePlan, Resident
from residents.terms import (
    CareBasis,
    CareEventKind,
    CareGroup,
    ConsentHow,
    ConsentPurpose,
    VisitLevel,
)
from wangguan.fields import WordsField
from wangguan.words import storable

REVIEW_AFTER = timedelta(days=182)
LONGEST_WORDS = 500


def _words(label: Any, **options: Any) -> WordsField:
    return WordsField(label=label, rows=3, max_length=LONGEST_WORDS, **options)


class ConsentForm(forms.Form):
    """What somebody agreed to, how and when; what is in force already is not asked again."""

    purpose = radios(_("Agreed to what"), ConsentPurpose.choices)
    how = radios(_("How"), ConsentHow.choices, initial=ConsentHow.SPOKEN)
    given_on = DayField(label=_("On which day"))

    def __init__(self, *args: Any, resident: Resident, **options: Any) -> None:
        options.setdefault("initial", {"given_on": today(), "how": ConsentHow.SPOKEN})
        super().__init__(*args, **options)
        given = set(resident.consents.filter(withdrawn_on=None).values_list("purpose", flat=True))
        left = [choice for choice in ConsentPurpose.choices if choice[0] not in given]
        self.fields["purpose"].choices = left  # type: ignore[attr-defined]

    @property
    def is_answered(self) -> bool:
        """Whether everything has been agreed to already."""
        return not self.fields["purpose"].choices  # type: ignore[attr-defined]


class WithdrawForm(forms.Form):
    on = DayField(label=_("On which day"))


class PlanForm(forms.Form):
    """Whom the street cares for, why, how often, and until when it is looked over again."""

    group = forms.ChoiceField(
        label=_("Care group"),
        choices=[("", _("Please choose")), *CareGroup.choices],
        error_messages={"required": _("Please choose a care group.")},
    )
    level = radios(_("How often to visit"), VisitLevel.choices, initial=VisitLevel.MONTHLY)
    basis = radios(
        _("On what grounds"),
        CareBasis.choices,
        initial=CareBasis.DUTY,
        help_text=_("A plan on consent needs the resident's consent to be visited, written down first."),
    )
    reason = _words(_("Reason"), required=False, help_text=_("Kept encrypted. No diagnoses."))
    since = DayField(label=_("Since"))
    review_on = DayField(label=_("To be looked over again on"), coming=True)

    def __init__(self, *args: Any, **options: Any) -> None:
        day = today()
        options.setdefault("initial", {"since": day, "review_on": day + REVIEW_AFTER})
        super().__init__(*args, **options)

    def clean_reason(self) -> str:
        return storable(self.cleaned_data["reason"])


class ChangePlanForm(forms.Form):
    """How often, and when to look it over again; `seen_…` is how the plan stood when the form was opened."""

    level = radios(_("How often to visit"), VisitLevel.choices)
    reason = _words(_("Reason"), required=False, help_text=_("Kept encrypted. No diagnoses."))
    review_on = DayField(label=_("To be looked over again on"), coming=True)
    seen_level = forms.ChoiceField(choices=VisitLevel.choices, widget=forms.HiddenInput)
    seen_review_on = forms.DateField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, plan: CarePlan, **options: Any) -> None:
        day = max(plan.review_on, today() + REVIEW_AFTER)
        ordinary = {
            "level": plan.level,
            "reason": plan.reason,
            "review_on": day,
            "seen_level": plan.level,
            "seen_review_on": plan.review_on,
        }
        options.setdefault("initial", ordinary)
        super().__init__(*args, **options)

    def clean_reason(self) -> str:
        return storable(self.cleaned_data["reason"])

    @property
    def seen(self) -> tuple[str, date]:
        return self.cleaned_data["seen_level"], self.cleaned_data["seen_review_on"]


class EndPlanForm(forms.Form):
    on = DayField(label=_("Last day"))
    why = _words(_("Why it ends"), error_messages={"required": _("Say why the plan ends.")})

    def clean_why(self) -> str:
        return storable(self.cleaned_data["why"])


class EventForm(forms.Form):
    """Something happened, and somebody looks in soon."""

    kind = radios(
        _("What has happened"),
        CareEventKind.choices,
        error_messages={"required": _("Please choose what has happened.")},
    )
    on = DayField(label=_("On which day"))
    note = _words(_("In words"), required=False, help_text=_("Kept encrypted. No diagnoses."))

    def clean_note(self) -> str:
        return storable(self.cleaned_data["note"])
