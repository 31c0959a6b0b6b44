"""Forms of the hotline's pages."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.models import today
from requests_app.hotline.models import HotlineRun, Layout
from requests_app.hotline.services import layouts
from requests_app.hotline.services.replies import Choice
from requests_app.hotline.terms import USUAL_HOTLINE, Column, ReplyScope
from wangguan.exchange.run import ImportState


class UploadForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=_("File of the hotline"),
        widget=forms.FileInput({"accept": ".xlsx,.csv,.txt"}),
        help_text=_("xlsx or csv as the hotline gives it out, 20 MB at most."),
    )


class ColumnsForm(forms.Form):
    """What each heading of a file stands for, and how this layout is called."""

    name = forms.CharField(
        label=_("Name of this layout"),
        max_length=60,
        help_text=_("Files with the same headings are known by it from now on."),
    )

    hotline = forms.CharField(
        label=_("Which hotline it is"),
        max_length=20,
        required=False,
        help_text=_("A number of one hotline is brought in once, whatever its files look like."),
    )

    def __init__(self, data: Any, *, headings: Sequence[str], layout: Layout | None) -> None:
        super().__init__(data)
        self.headings = [name for name in headings if name]
        known = layout.columns if layout else layouts.guess(headings)
        new = gettext("Hotline file of %(day)s") % {"day": today()}
        self.fields["name"].initial = layout.name if layout else new
        self.fields["hotline"].initial = layout.hotline if layout else USUAL_HOTLINE
        choices = [("", gettext("Not read, goes back as it came")), *Column.choices]
        for number, heading in enumerate(self.headings):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=heading, choices=choices, required=False, initial=known.get(heading, "")
            )

    def clean_hotline(self) -> str:
        return self.cleaned_data["hotline"] or USUAL_HOTLINE

    @property
    def columns(self) -> dict[str, Column]:
        """Heading → column, of a valid form."""
        chosen = (self.cleaned_data[f"column_{number}"] for number in range(len(self.headings)))
        return {name: Column(column) for name, column in zip(self.headings, chosen, strict=True) if column}

    def column_fields(self) -> list[forms.BoundField]:
        return [self[f"column_{number}"] for number in range(len(self.headings))]


class RepliesForm(forms.Form):
    """Which replies are taken out."""

    layout = forms.ModelChoiceField(Layout.objects.all(), label=_("Layout"), empty_label=None)
    scope = forms.ChoiceField(
        label=_("What it shall hold"),
        choices=ReplyScope.choices,
        initial=ReplyScope.WAITING,
        widget=forms.RadioSelect,
    )
    run = forms.ModelChoiceField(
        HotlineRun.objects.none(),
        label=_("Only of this import"),
        required=False,
        empty_label=_("All imports"),
    )
    since = forms.DateField(
        label=_("Told from"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Told to"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    RUNS_OFFERED = 50

    def __init__(self, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        rows = HotlineRun.objects.filter(state=ImportState.IMPORTED, undone_at=None).order_by("-pk")
        keys = list(rows.values_list("pk", flat=True)[: self.RUNS_OFFERED])
        self.fields["run"].queryset = rows.filter(pk__in=keys)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            raise ValidationError(_("The last day lies before the first."))
        return given

    def choice(self) -> Choice:
        return Choice(**self.cleaned_data)
