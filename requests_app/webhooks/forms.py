"""The forms of a subscriber: what it is, and since when it is told again."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.models import Community, Grid, User
from requests_app.models import Category
from requests_app.webhooks.models import Subscriber
from requests_app.webhooks.terms import STEP_LABELS, Group
from requests_app.workflow import Urgency
from wangguan.fields import MomentField
from wangguan.notify.channels import outward
from wangguan.notify.channels.outward import BadAddress

Ticked = forms.CheckboxSelectMultiple


class SubscriberForm(forms.Form):
    """What one subscriber is called, where it listens, and what it wants to hear."""

    name = forms.CharField(label=_("System"), max_length=80)
    url = forms.CharField(
        label=_("Address"),
        max_length=outward.LONGEST,
        widget=forms.URLInput,
        help_text=_("https:// and a public name; events are posted there."),
    )
    user = forms.ModelChoiceField(
        label=_("Sees as"),
        queryset=User.objects.none(),
        help_text=_("It hears only of what this account may see, and never of complaints about staff."),
    )
    groups = forms.MultipleChoiceField(
        label=_("Events"),
        choices=Group.choices,
        widget=Ticked,
        required=False,
        initial=[Group.STATUS],
    )
    steps = forms.MultipleChoiceField(
        label=_("Single events"),
        choices=list(STEP_LABELS.items()),
        widget=Ticked,
        required=False,
    )
    urgencies = forms.MultipleChoiceField(
        label=_("Only these urgencies"),
        choices=Urgency.choices,
        widget=Ticked,
        required=False,
    )
    categories = forms.ModelMultipleChoiceField(
        label=_("Only these categories"),
        queryset=Category.objects.none(),
        widget=Ticked,
        required=False,
    )
    communities = forms.ModelMultipleChoiceField(
        label=_("Only these communities"),
        queryset=Community.objects.none(),
        widget=Ticked,
        required=False,
    )
    grids = forms.ModelMultipleChoiceField(
        label=_("Only these grids"),
        queryset=Grid.objects.none(),
        widget=Ticked,
        required=False,
    )

    def __init__(self, *args: Any, subscriber: Subscriber | None = None, **options: Any) -> None:
        if subscriber:
            options["initial"] = _initial(subscriber)
        super().__init__(*args, **options)
        self.subscriber = subscriber
        self.fields["groups"].required = not self.data.get("steps")
        offered = {
            "user": User.objects.filter(is_active=True, posts__isnull=False).distinct().order_by("username"),
            "categories": Category.objects.filter(parent=None),
            "communities": Community.objects.defer("boundary"),
            "grids": Grid.objects.select_related("community").defer("boundary", "community__boundary"),
        }
        for name, rows in offered.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        others = Subscriber.objects.filter(name=name)
        if self.subscriber:
            others = others.exclude(pk=self.subscriber.pk)
        if others.exists():
            raise forms.ValidationError(_("Another subscriber is called so."))
        return name

    def clean_url(self) -> str:
        """Where it leads is looked up now, and again whenever something is sent there."""
        url = str(self.cleaned_data["url"])
        try:
            outward.check(url)
        except BadAddress as bad:
            raise forms.ValidationError(bad.sentence) from None
        return url

    def values(self) -> dict[str, Any]:
        """What `keeping.make` and `keeping.change` take."""
        given = self.cleaned_data
        names = ("name", "url", "user", "urgencies", "communities", "grids", "categories")
        return {name: given[name] for name in names} | {"events": [*given["groups"], *given["steps"]]}


class ReplayForm(forms.Form):
    """Since when, and whether what arrived is sent too."""

    since = MomentField(label=_("Since"), help_text=_("Up to seven days back."))
    arrived_too = forms.BooleanField(label=_("Also what arrived before"), required=False)


def replay_form(data: Any = None, *, since: datetime | None = None) -> ReplayForm:
    """The form, with the moment since which something was missed."""
    return ReplayForm(data, initial={"since": since})


def _initial(row: Subscriber) -> dict[str, Any]:
    return {
        "name": row.name,
        "url": row.url,
        "user": row.user_id,
        "groups": [name for name in row.events if name in Group.values],
        "steps": [name for name in row.events if name in STEP_LABELS],
        "urgencies": row.urgencies,
        "categories": [each.pk for each in row.categories.all()],
        "communities": [each.pk for each in row.communities.all()],
        "grids": [each.pk for each in row.grids.all()],
    }
