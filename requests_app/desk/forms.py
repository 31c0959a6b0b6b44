"""What somebody types at the desk."""

from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from grids import access as doors
from grids.models import Community, DutyShift, Post, Role, User, today
from grids.roles import NEVER_ON_DUTY
from requests_app.desk.terms import MOST_DAYS
from wangguan import clock
from wangguan.words import storable


class FindForm(forms.Form):
    """One box: a number, words, a place, or the last four digits of a phone."""

    q = forms.CharField(
        label=_("Find a request"),
        max_length=60,
        widget=forms.TextInput(
            {
                "class": "input",
                "type": "search",
                "placeholder": _("Number, words, place, last 4 of a phone"),
                "autocomplete": "off",
            }
        ),
        error_messages={"required": _("Please type what to look for.")},
    )

    def clean_q(self) -> str:
        return storable(self.cleaned_data["q"])


class FilterForm(forms.Form):
    """A name for the filter on screen."""

    name = forms.CharField(
        label=_("Name"), max_length=20, error_messages={"required": _("Please give the filter a name.")}
    )

    def clean_name(self) -> str:
        return storable(self.cleaned_data["name"])


class SeriesForm(forms.Form):
    """Shifts for nights and free days, some people in turn."""

    unit = forms.ModelChoiceField(
        Community.objects.none(), label=_("For"), required=False, empty_label=_("The whole street")
    )
    people = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("These people in turn"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose at least one person.")},
    )
    first = forms.DateField(label=_("First day"), widget=forms.DateInput({"type": "date"}))
    last = forms.DateField(label=_("Last day"), widget=forms.DateInput({"type": "date"}))

    def __init__(self, *args: Any, actor: User, **options: Any) -> None:
        super().__init__(*args, **options)
        scope = doors.admin_scope(actor)
        unit = cast(forms.ModelChoiceField, self.fields["unit"])
        unit.queryset = scope.limit(Community.objects.defer("boundary"), "pk").order_by("code")
        if not scope.everywhere:
            unit.required, unit.empty_label = True, None
        cast(forms.ModelMultipleChoiceField, self.fields["people"]).queryset = office_people(actor)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        first, last = given.get("first"), given.get("last")
        if first and first < today():
            self.add_error("first", _("Please choose today or a later day."))
        if first and last and not 0 <= (last - first).days < MOST_DAYS:
            said = _("Please choose a last day within %(most)d days of the first.") % {"most": MOST_DAYS}
            self.add_error("last", said)
        return given


class SwapForm(forms.Form):
    """Two shifts whose people change places; each is written as `shift:person`, as the page showed it."""

    one = forms.RegexField(r"^\d{1,12}:\d{1,12}$", label=_("This shift"))
    other = forms.RegexField(r"^\d{1,12}:\d{1,12}$", label=_("with this one"))


class HandOverForm(forms.Form):
    """A note to the next shift."""

    to = forms.ModelChoiceField(
        User.objects.none(),
        label=_("To whom"),
        error_messages={"required": _("Please choose who comes next.")},
    )
    words = forms.CharField(
        label=_("What to know"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("What burns is listed by itself. No names, phones or homes, please: numbers are enough."),
    )

    def __init__(self, *args: Any, actor: User, **options: Any) -> None:
        super().__init__(*args, **options)
        people = cast(forms.ModelChoiceField, self.fields["to"])
        people.queryset = (office_people(actor) | relieving(actor)).exclude(pk=actor.pk)


def office_people(actor: User) -> QuerySet[User]:
    """Who may stand on this person's roster: posts of the street, or of the own communities."""
    scope = doors.admin_scope(actor)
    posts = Post.objects.current().exclude(role__in=sorted(NEVER_ON_DUTY))
    if not scope.everywhere:
        posts = posts.filter(
            Q(community__in=scope.communities)
            | Q(grid__community__in=scope.communities, role=Role.GRID_LEADER)
        )
    else:
        posts = posts.filter(Q(street__isnull=False) | Q(community__isnull=False))
    return User.objects.filter(is_active=True, pk__in=posts.order_by().values("user")).order_by(
        "real_name", "pk"
    )


def relieving(actor: User) -> QuerySet[User]:
    """Who takes over from this person: everybody on the rosters that the person stands on, from now on."""
    shifts = DutyShift.objects.filter(ends_at__gt=clock.now())
    own = shifts.filter(user=actor)
    units = Q(community__in=own.values("community"))
    if own.filter(community__isnull=True).exists():
        units |= Q(community__isnull=True)
    return User.objects.filter(is_active=True, pk__in=shifts.filter(units).order_by().values("user"))
