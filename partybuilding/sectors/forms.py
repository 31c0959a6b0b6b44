"""What people write about a firm, and what a list of firms is narrowed by."""

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from grids import access as doors
from grids.access import Scope
from grids.models import Building, Community, Grid, Post, User, today
from partybuilding.organisations.models import Organisation
from partybuilding.sectors import access
from partybuilding.sectors.models import Firm
from partybuilding.sectors.queries import ADVISING
from partybuilding.sectors.services import branches
from partybuilding.sectors.services.branches import NewBranch
from partybuilding.sectors.services.firms import Counted
from partybuilding.sectors.services.writing import Press
from partybuilding.sectors.terms import ADDRESS_MAX, NAME_MAX, PEOPLE_MAX, WORDS_MAX, Kind, Trade, Why
from partybuilding.sectors.workflow import STEPS
from residents.models.venue import check_credit_code
from wangguan.fields import PhoneField, WordsField
from wangguan.words import storable

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def _number(label: "_StrPromise", **options: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=PEOPLE_MAX, **options)


def _day(label: "_StrPromise") -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, initial=today, widget=widget)


# --- steps -------------------------------------------------------------------------------
class StepForm(forms.Form):
    """One step of a firm; `version` is the one that was read."""

    action_id = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=1_000_000)

    def __init__(self, *args: Any, firm: Firm, step: str, **options: Any) -> None:
        self.step = STEPS[step]
        known = {"action_id": uuid4(), "version": firm.version, **self.known(firm)}
        options |= {"initial": known, "auto_id": f"{step}_%s"}
        super().__init__(*args, **options)

    def known(self, firm: Firm) -> dict[str, Any]:
        """What the fields hold before anything is typed."""
        return {}

    @property
    def press(self) -> Press:
        return Press(self.cleaned_data["action_id"], self.cleaned_data["version"])

    def renew(self, firm: Firm) -> None:
        """For the firm as it stands now: what was typed stays, the version is the one shown."""
        self.data = {**self.data.dict(), "version": str(firm.version)}  # type: ignore[attr-defined]


class ConfirmForm(StepForm):
    words = WordsField(label=_("In words"), max_length=WORDS_MAX, required=False, rows=2)


class ReasonForm(StepForm):
    words = WordsField(label=_("How you know, or why"), max_length=WORDS_MAX, rows=3)


class LeaveForm(ReasonForm):
    why = forms.ChoiceField(label=_("What happened"), choices=Why, widget=forms.RadioSelect)
    field_order = ("why", "words")


class VisitForm(StepForm):
    on = _day(_("Day of the visit"))
    words = WordsField(
        label=_("What was talked about, and what follows"),
        max_length=WORDS_MAX,
        help_text=_("No names and no phone numbers of workers."),
    )


class CountedFields(forms.Form):
    """What a survey asks; the portal keeps numbers, and no name of a worker."""

    people = _number(_("People working there"), help_text=_("Numbers only; no names of workers."))
    party_members = _number(_("Party members among them"), initial=0)
    floating_members = _number(_("Floating members among these"), initial=0)
    needs = WordsField(label=_("What they need"), max_length=WORDS_MAX, required=False, rows=3)
    offers = WordsField(label=_("What they can give"), max_length=WORDS_MAX, required=False, rows=3)

    @property
    def counted(self) -> Counted:
        names = ("people", "party_members", "floating_members", "needs", "offers")
        return Counted(**{name: self.cleaned_data[name] for name in names})


class SurveyForm(CountedFields, StepForm):
    on = _day(_("Day of the survey"))
    field_order = ("on", "people", "party_members", "floating_members", "needs", "offers")

    def known(self, firm: Firm) -> dict[str, Any]:
        return {name: getattr(firm, name) for name in ("people", "party_members", "floating_members")}


class AdviserForm(StepForm):
    adviser = forms.ModelChoiceField(
        label=_("Adviser"),
        queryset=User.objects.none(),
        help_text=_("Somebody with a post of this community or of the street; they are told."),
    )

    def __init__(self, *args: Any, firm: Firm, step: str, **options: Any) -> None:
        super().__init__(*args, firm=firm, step=step, **options)
        self.fields["adviser"].queryset = advisers(firm)  # type: ignore[attr-defined]


def advisers(firm: Firm) -> QuerySet[User]:
    """Who may be named today."""
    near = Q(community=firm.community_id) | Q(community__isnull=True)
    posts = Post.objects.current().filter(near, role__in=ADVISING)
    return User.objects.filter(pk__in=posts.values("user")).defer("phone").order_by("real_name", "pk")


class BranchForm(StepForm):
    organisation = forms.ModelChoiceField(label=_("Branch"), queryset=Organisation.objects.none())

    def __init__(self, *args: Any, firm: Firm, step: str, **options: Any) -> None:
        super().__init__(*args, firm=firm, step=step, **options)
        self.fields["organisation"].queryset = branches.choices(firm)  # type: ignore[attr-defined]


class EstablishForm(BranchForm):
    """A branch that stands, or a new one by its name."""

    new_name = forms.CharField(
        label=_("Or a new branch, by its name"),
        max_length=60,
        required=False,
        help_text=_(
            "It is entered below the community's committee. A branch of its own needs three members."
        ),
    )
    founded_on = _day(_("Founding day of the new branch"))

    def __init__(self, *args: Any, firm: Firm, step: str, **options: Any) -> None:
        super().__init__(*args, firm=firm, step=step, **options)
        self.fields["organisation"].required = False
        self.fields["founded_on"].required = False

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("organisation")) == bool(given.get("new_name")):
            self.add_error("organisation", _("Choose a branch, or name a new one: one of the two."))
        elif given.get("new_name") and not given.get("founded_on") and "founded_on" not in self.errors:
            self.add_error("founded_on", _("Give the founding day."))
        return given

    @property
    def new(self) -> NewBranch | None:
        given = self.cleaned_data
        return NewBranch(given["new_name"], given["founded_on"]) if given["new_name"] else None


FORMS: dict[str, type[StepForm]] = {
    "confirm": ConfirmForm,
    "guide": AdviserForm,
    "visit": VisitForm,
    "survey": SurveyForm,
    "establish": EstablishForm,
    "join": BranchForm,
    "readvise": AdviserForm,
    "lapse": ReasonForm,
    "leave": LeaveForm,
    "return": ReasonForm,
}


class CreditCodeField(forms.CharField):
    """A unified social credit code (GB 32100) as people copy it: with spaces, in small letters."""

    default_validators = [check_credit_code]

    def to_python(self, value: Any) -> str:
        return "".join((super().to_python(value) or "").split()).upper()


# --- a new firm --------------------------------------------------------------------------
class ReportForm(CountedFields):
    """A new firm or site with its first survey."""

    name = forms.CharField(label=_("Name on the sign"), max_length=NAME_MAX)
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind, widget=forms.RadioSelect)
    trade = forms.ChoiceField(label=_("Sector of trade"), choices=Trade)
    grid = forms.ModelChoiceField(label=_("Grid"), queryset=Grid.objects.none())
    building = forms.ModelChoiceField(
        label=_("Building it is in"), queryset=Building.objects.none(), required=False
    )
    address = forms.CharField(label=_("Address"), max_length=ADDRESS_MAX)
    credit_code = CreditCodeField(
        label=_("Unified social credit code"),
        required=False,
        help_text=_("18 characters from the licence; a further site of the same firm leaves it empty."),
    )
    contact_name = forms.CharField(label=_("Contact"), max_length=50, required=False)
    contact_phone = PhoneField(label=_("Phone of the contact"), required=False)
    action_id = forms.UUIDField(widget=forms.HiddenInput)
    field_order = (
        *("name", "kind", "trade", "grid", "building", "address", "credit_code"),
        *("contact_name", "contact_phone"),
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        options["initial"] = {"action_id": uuid4()}
        super().__init__(*args, **options)
        grids = access.reported_grids(user)
        self.fields["grid"].queryset = grids  # type: ignore[attr-defined]
        buildings = Building.objects.filter(grid__in=grids.order_by().values("pk")).order_by("address")
        self.fields["building"].queryset = buildings  # type: ignore[attr-defined]

    @property
    def about(self) -> dict[str, Any]:
        names = ("kind", "trade", "building", "credit_code", "contact_phone")
        words = ("name", "address", "contact_name")
        given = self.cleaned_data
        return {name: given[name] for name in names} | {name: storable(given[name]) for name in words}


# --- lists -------------------------------------------------------------------------------
class FilterForm(forms.Form):
    """Every field is optional; what makes no sense narrows nothing."""

    q = forms.CharField(
        label=_("Name, address or phone"),
        max_length=60,
        required=False,
        widget=forms.TextInput({"type": "search"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("any")), *Kind.choices], required=False)
    trade = forms.ChoiceField(
        label=_("Sector of trade"), choices=[("", _("any")), *Trade.choices], required=False
    )
    community = forms.ChoiceField(label=_("Community"), required=False)

    def __init__(self, *args: Any, scope: Scope, **options: Any) -> None:
        super().__init__(*args, **options)
        units = scope.limit(Community.objects.all(), "pk").order_by("code").values_list("code", "name")
        self.fields["community"].choices = [("", _("any")), *units]  # type: ignore[attr-defined]

    @classmethod
    def of(cls, given: Any, user: User) -> "FilterForm":
        form = cls(given, scope=doors.admin_scope(user))
        form.is_valid()
        return form

    @property
    def chosen(self) -> dict[str, str]:
        """The fields that say something."""
        return {name: value for name, value in self.cleaned_data.items() if value}
