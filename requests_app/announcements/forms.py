"""The form of an announcement."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.models import Grid, User
from requests_app.announcements.access import grids_open_to
from requests_app.announcements.models import TEXT_MAX, TITLE_MAX
from wangguan import clock


class AnnouncementForm(forms.Form):
    form_id = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Title"), max_length=TITLE_MAX)
    text = forms.CharField(
        label=_("Text"),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Up to 500 characters, without names or phones of residents: it goes into groups."),
    )
    everywhere = forms.BooleanField(label=_("To all grids below"), required=False)
    grids = forms.ModelMultipleChoiceField(
        label=_("Grids"),
        queryset=Grid.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    publish_at = forms.DateTimeField(
        label=_("Goes out"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty: at once."),
    )
    to_robot = forms.BooleanField(
        label=_("Also by the WeCom robots of these grids"), required=False, initial=True
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["grids"].queryset = (  # type: ignore[attr-defined]
            grids_open_to(user)
            .select_related("community")
            .defer("boundary", "community__boundary")
            .order_by("code")
        )
        self.initial.setdefault("form_id", uuid4())

    def clean_publish_at(self) -> Any:
        moment = self.cleaned_data["publish_at"]
        if moment and moment.year > clock.now().year + 1:
            raise forms.ValidationError(_("That is more than a year away."))
        return moment

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("everywhere"):
            given["grids"] = self.fields["grids"].queryset  # type: ignore[attr-defined]
        return given

    def values(self) -> dict[str, Any]:
        """What `services.write` and `services.change` take."""
        return {
            name: self.cleaned_data[name] for name in ("title", "text", "grids", "publish_at", "to_robot")
        }
