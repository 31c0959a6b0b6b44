"""What a caller narrows the list by. Unlike on a page, a value that makes no sense is refused."""

import re

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.api.fields import one_of
from grids.models import Community, Grid
from requests_app.models import Category
from requests_app.queries import TicketQuerySet
from requests_app.workflow import Level, Status
from wangguan import clock
from wangguan.words import storable

TRUE, FALSE = frozenset({"1", "true", "yes"}), frozenset({"0", "false", "no"})
WORDS_MAX = 100


class TicketFilters(forms.Form):
    """Filters of `GET /api/v1/tickets/`; all may be left out, all that are given must hold."""

    status = one_of(Status.choices)
    level = one_of(Level.choices)
    grid = forms.CharField(required=False)
    category = forms.CharField(required=False, max_length=8)
    overdue = forms.CharField(required=False)
    q = forms.CharField(required=False, max_length=WORDS_MAX)

    def clean_grid(self) -> Grid | Community | None:
        """The grid of 15 digits, or the community of 12 with all its grids."""
        code = self.cleaned_data["grid"]
        if not code:
            return None
        found: Grid | Community | None = None
        if re.fullmatch(r"[0-9]{15}", code):
            found = Grid.objects.by_code(code)
        elif re.fullmatch(r"[0-9]{12}", code):
            found = Community.objects.filter(code=code).first()
        if found is None:
            raise forms.ValidationError(
                _("There is no grid (15 digits) or community (12 digits) with this code.")
            )
        return found

    def clean_category(self) -> list[int]:
        """Keys of the category and, for a group, of all in it."""
        code = self.cleaned_data["category"]
        if not code:
            return []
        found = Category.objects.filter(Q(code=code) | Q(parent__code=code)).values_list("pk", flat=True)
        if not found:
            raise forms.ValidationError(_("There is no category with this code."))
        return list(found)

    def clean_overdue(self) -> bool | None:
        typed = self.cleaned_data["overdue"].lower()
        if typed and typed not in TRUE | FALSE:
            raise forms.ValidationError(_("“overdue” is true or false."))
        return typed in TRUE if typed else None

    def clean_q(self) -> str:
        return storable(self.cleaned_data["q"])

    def narrow(self, tickets: TicketQuerySet) -> TicketQuerySet:
        """The tickets that all filters leave."""
        chosen = self.cleaned_data
        exact = {name: chosen[name] for name in ("status", "level") if chosen[name]}
        if chosen["category"]:
            exact["category__in"] = chosen["category"]
        if unit := chosen["grid"]:
            exact["grid" if isinstance(unit, Grid) else "community"] = unit
        tickets = tickets.filter(**exact).search(chosen["q"])
        if chosen["overdue"] is None:
            return tickets
        now = clock.now()
        return tickets.overdue(now) if chosen["overdue"] else tickets.not_overdue(now)
