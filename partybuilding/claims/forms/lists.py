"""What the lists are narrowed by."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.models import Community
from partybuilding.claims.terms import Kind, Sort


class FilterForm(forms.Form):
    """What anybody narrows the lists by; what makes no sense is left out of account."""

    q = forms.CharField(
        label=_("Words"), max_length=60, required=False, widget=forms.TextInput({"type": "search"})
    )
    community = forms.ChoiceField(label=_("Community"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All kinds")), *Kind.choices], required=False)
    sort = forms.ChoiceField(choices=[("", ""), *Sort.choices], required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        communities = Community.objects.order_by("code").values_list("code", "name")
        field = cast(forms.ChoiceField, self.fields["community"])
        field.choices = [("", _("All communities")), *communities]
        self.is_valid()

    @property
    def chosen(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value}

    def narrow(self, rows: Any) -> Any:
        """Items that fit what is chosen."""
        chosen = self.chosen
        for name in ("sort", "kind"):
            if name in chosen:
                rows = rows.filter(**{name: chosen[name]})
        if "community" in chosen:
            rows = rows.filter(community__code=chosen["community"])
        return rows.search(chosen.get("q", ""))
