"""Forms of the admin for files that come and go."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.models import Community, Grid, User
from residents.models import PersonalExport
from residents.services.exchange import places
from residents.terms import RegisterKind
from wangguan.fields import WordsField


class UploadForm(forms.Form):
    """Which register, and the file."""

    kind = forms.ChoiceField(
        label=_("The file holds"), choices=RegisterKind.choices, initial=RegisterKind.RESIDENTS
    )
    file = forms.FileField(
        label=_("File"),
        widget=forms.ClearableFileInput({"accept": ".xlsx"}),
        help_text=_("An xlsx file made from the template, 20 MB at most."),
    )


class AskForm(forms.ModelForm):
    """What is to be taken out, and what for; `actor` asks."""

    reason = WordsField(
        rows=3,
        label=_("What it is needed for"),
        min_length=4,
        max_length=200,
        help_text=_("Whoever decides reads this; so does the auditor. Name nobody."),
    )

    class Meta:
        model = PersonalExport
        fields = ("kind", "community", "grid", "in_the_open", "reason")

    def __init__(self, *args: Any, actor: User, **options: Any) -> None:
        super().__init__(*args, **options)
        scope = places.writes(actor)
        own = scope.limit(Community.objects.all(), "pk").order_by("code")
        self.fields["community"].queryset = own  # type: ignore[attr-defined]
        # Homes and venues of a grid that was given up have moved: its own file would be empty.
        grids = scope.limit(Grid.objects.in_force().defer("boundary"), "community").order_by("code")
        self.fields["grid"].queryset = grids  # type: ignore[attr-defined]
        if not scope.everywhere:
            self.fields["community"].required = True
            self.fields["community"].initial = own.first()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        grid, community = cleaned.get("grid"), cleaned.get("community")
        if grid and community and grid.community_id != community.pk:
            self.add_error("grid", _("This grid lies in another community."))
        return cleaned


class DecideForm(forms.Form):
    decision = WordsField(rows=2, label=_("Why it is refused"), required=False, max_length=200)
