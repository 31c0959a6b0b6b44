"""A council's name, and whose it is."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from grids.models import Community
from partybuilding.meetings.terms import NAME_MAX


class CouncilForm(forms.Form):
    """`communities`: those this person keeps; `whole_street`: whether the street's own too."""

    name = forms.CharField(
        label=_("Name of the council"),
        max_length=NAME_MAX,
        error_messages={"required": _("Please give it a name.")},
    )
    community = forms.ModelChoiceField(Community.objects.none(), label=_("Community"), required=False)

    def __init__(
        self, *args: Any, communities: QuerySet[Community], whole_street: bool, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["community"]
        field.queryset, field.required = communities, not whole_street
        field.empty_label = _("The whole street") if whole_street else None
