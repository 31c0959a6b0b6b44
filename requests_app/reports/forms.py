"""Forms of reports."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.models import today
from requests_app.models import Publication
from requests_app.reports.models import Recipient, Report
from requests_app.reports.terms import MOST_CASES, REMARK_MAX, Kind


class MakeForm(forms.Form):
    """Which report to count now."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind, initial=Kind.WEEKLY, widget=forms.RadioSelect)
    on = forms.DateField(
        label=_("Any day in it"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The day, the week from Monday to Sunday or the calendar month around it is counted."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("on", today() - timedelta(days=7))

    def clean_on(self) -> Any:
        on = self.cleaned_data["on"]
        if not 2000 <= on.year <= today().year + 1:
            raise forms.ValidationError(_("That is not a day of this portal."))
        return on


class RemarksForm(forms.Form):
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    remark = forms.CharField(
        label=_("Editor's note"),
        required=False,
        max_length=REMARK_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Up to 2,000 characters, without names or phones of residents: the report is sent on."),
    )
    plan = forms.CharField(
        label=_("What comes next"),
        required=False,
        max_length=REMARK_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    @classmethod
    def of(cls, report: Report) -> "RemarksForm":
        """With what stands there now."""
        return cls(initial={"revision": report.revision, "remark": report.remark, "plan": report.plan})


class CasesForm(forms.Form):
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    cases = forms.TypedMultipleChoiceField(
        label=_("Cases"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, offered: list[Publication], **options: Any) -> None:
        super().__init__(*args, **options)
        self.offered = offered
        self.fields["cases"].choices = [(row.pk, row.words) for row in offered]  # type: ignore[attr-defined]

    def clean_cases(self) -> list[int]:
        chosen: list[int] = self.cleaned_data["cases"]
        if len(chosen) > MOST_CASES:
            raise forms.ValidationError(_("Choose at most %(most)d cases.") % {"most": MOST_CASES})
        return chosen


class IssueForm(forms.Form):
    """What the person who issues has seen."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    made_at = forms.CharField(widget=forms.HiddenInput)


class CorrectForm(forms.Form):
    why = forms.CharField(
        label=_("What was wrong"),
        max_length=200,
        help_text=_("It stands below the title of the new edition."),
    )


class SendForm(forms.Form):
    recipients = forms.ModelMultipleChoiceField(
        label=_("Recipients"), queryset=Recipient.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, report: Report, **options: Any) -> None:
        super().__init__(*args, **options)
        unsent = Recipient.objects.for_kind(report.kind).exclude(deliveries__report=report)
        self.fields["recipients"].queryset = unsent  # type: ignore[attr-defined]
        self.initial.setdefault("recipients", list(unsent))


class RecipientForm(forms.ModelForm):
    """For the admin: kinds are ticked."""

    kinds = forms.MultipleChoiceField(
        label=_("Which reports"),
        choices=Kind,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only these are offered for sending."),
    )

    class Meta:
        model = Recipient
        fields = ("name", "email", "kinds", "is_active")
