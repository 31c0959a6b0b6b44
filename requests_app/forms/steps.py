"""The form of one step, made from its row of the workflow table."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any, cast
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from grids.models import Community, Grid, Post, User, today
from requests_app.forms.fields import CategoryField, Choices
from requests_app.models import Reached, Ticket
from requests_app.numbers import tidy
from requests_app.workflow import Level, Step, Urgency
from wangguan.fields import PhotosField, WithPhotos, WordsField
from wangguan.words import storable

TEXT_MAX = 20_000
QUESTION_MAX = 1_000
MET = [(how.value, how.label) for how in (Reached.PHONE, Reached.VISIT, Reached.WECHAT)]
HOW: dict[str, Choices] = {
    "contact": [*MET, ("no_reply", _("Nobody answered"))],
    "answer": [*MET, ("unreachable", _("Could not be reached"))],
}
"""How a person may say they reached the resident, by step."""


class Options:
    """What the forms of one ticket's steps offer to choose from; each list is read once."""

    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket

    @cached_property
    def people(self) -> Choices:
        """Who may be put in charge: everybody who serves the ticket's units."""
        served = Q(street__isnull=False) if self.ticket.level == Level.STREET else Q(pk__in=[])
        if not self.ticket.about_staff:
            served |= Q(grid__isnull=False, grid=self.ticket.grid_id)
            served |= Q(community__isnull=False, community=self.ticket.community_id)
        return _people(served)

    @cached_property
    def staff_around(self) -> Choices:
        """Whom a complaint may be about: everybody in a post in the ticket's community, or in the street."""
        community = self.ticket.community_id
        around = Q(grid__community=community) | Q(community=community) | Q(street__isnull=False)
        return _people(around if community else Q())

    @cached_property
    def places(self) -> Choices:
        """Every community with its duty desk and its grids, by code."""
        groups: dict[str, Choices] = {}
        for grid in Grid.objects.in_force().select_related("community").order_by("code"):
            desk = (grid.community.code, _("%(community)s: duty desk") % {"community": grid.community})
            groups.setdefault(grid.community.name, [desk]).append((grid.code, grid.name))
        return [("", _("Please choose")), *groups.items()]


def _people(served: Q) -> Choices:
    posts = Post.objects.current().with_units().filter(served).select_related("user").order_by("id")
    names = {post.user_id: f"{post.user} · {post.title}" for post in reversed(posts)}
    return sorted(names.items(), key=lambda row: str(row[1]))


class PersonField(forms.ChoiceField):
    """One of the staff, by primary key or user name; `clean` returns the user.

    Whether this person may be chosen, the step says: it knows better than a list made before.
    """

    def clean(self, value: Any) -> User | None:
        wanted = storable(str(value or ""))
        if not wanted:
            return cast(User | None, super().clean(value) or None)
        key = {"pk": int(wanted)} if wanted.isdecimal() and len(wanted) < 12 else {"username": wanted}
        return User.objects.filter(is_active=True, **key).first()


class PeopleField(forms.MultipleChoiceField):
    def clean(self, value: Any) -> list[User]:
        return list(User.objects.filter(pk__in=super().clean(value)))


class UnitField(forms.ChoiceField):
    """A grid (15 digits) or a community's duty desk (12 digits) by code; `clean` returns the unit."""

    def clean(self, value: Any) -> Grid | Community | None:
        code = storable(str(value or ""))
        unit = Grid.objects.by_code(code) if len(code) == 15 else Community.objects.filter(code=code).first()
        if unit is None:
            raise forms.ValidationError(self.error_messages["required"])
        return unit


class OptionsOfMany(Options):
    """What one step on several tickets offers."""

    def __init__(self, tickets: Sequence[Ticket]) -> None:
        super().__init__(tickets[0])
        self.tickets = tickets

    @cached_property
    def people(self) -> Choices:
        """Who serves any of their units; whom it fits, the preview says for each ticket."""
        grids = {ticket.grid_id for ticket in self.tickets}
        communities = {ticket.community_id for ticket in self.tickets}
        return _people(Q(grid__in=grids) | Q(community__in=communities) | Q(street__isnull=False))


class StepForm(WithPhotos):
    """One step on one ticket. Fields are those the table says it needs or takes."""

    action_id = forms.CharField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    photos = None  # type: ignore[assignment]

    def __init__(
        self,
        step: Step,
        ticket: Ticket,
        options: Options,
        data: QueryDict | Mapping[str, Any] | None = None,
        files: "MultiValueDict[str, UploadedFile] | None" = None,
    ) -> None:
        initial = {"action_id": uuid4(), "version": ticket.version}
        super().__init__(data, files, initial=initial, auto_id=f"{step.name}-%s")
        self.step = step
        self.fields |= step_fields(step, ticket, options)
        if not ticket.about_staff:
            self.fields.pop("named_staff", None)

    def clean_action_id(self) -> UUID | None:
        try:
            return UUID(self.cleaned_data["action_id"])
        except ValueError:
            return None

    def renew(self, ticket: Ticket) -> None:
        """After a refusal: the same words for the ticket as it stands now."""
        data = cast(QueryDict, self.data).copy()
        data["version"], data["action_id"] = str(ticket.version), str(uuid4())
        self.data = data

    @property
    def words_field(self) -> str:
        """The field that a standard text fills: what the resident reads, else the note."""
        return next((name for name in ("answer", "question") if name in self.fields), "note")

    def fill(self, words: str) -> None:
        """Put a standard text below what was typed already; nothing typed is lost."""
        data = cast(QueryDict, self.data).copy()
        typed = str(data.get(self.words_field, "")).strip()
        data[self.words_field] = f"{typed}\n{words}" if typed and words not in typed else words
        self.data = data

    def for_take(self, user: User) -> dict[str, Any]:
        """What was filled in, under the names that `services.take` knows.

        What the data did not carry stays as it is: a client that does not speak of
        `named_staff` empties nothing. A parent is only found where `user` may see it.
        """
        sent = {*self.data, "photos"}
        fields = {name: value for name, value in self.cleaned_data.items() if name in sent}
        if "grid" in fields:
            fields["target"] = fields.pop("grid")
        if number := fields.get("parent"):
            seen = Ticket.objects.visible_to(user)
            fields["parent"] = seen.filter(number=tidy(number)).first()
        return fields


class BulkForm(forms.Form):
    """One step on several tickets. `batch` names this press: each ticket's own key descends from it."""

    batch = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, step: Step, tickets: Sequence[Ticket], data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"batch": uuid4()})
        self.step = step
        self.fields |= step_fields(step, tickets[0], OptionsOfMany(tickets))

    def for_take(self) -> dict[str, Any]:
        """What was filled in, under the names that `services.take` knows."""
        fields = {name: value for name, value in self.cleaned_data.items() if name != "batch"}
        if "grid" in fields:
            fields["target"] = fields.pop("grid")
        return fields


def step_fields(step: Step, ticket: Ticket, options: Options) -> dict[str, forms.Field]:
    """The fields that the table says the step needs or takes."""
    fields = {name: _FIELDS[name](step, ticket, options) for name in (*step.needs, *step.takes)}
    for name, field in fields.items():
        field.required = name in step.needs
    return fields


Maker = Callable[[Step, Ticket, Options], forms.Field]


def _note(step: Step, ticket: Ticket, options: Options) -> forms.Field:
    told = {
        "handle": _("What was done"),
        "remark": _("Note for colleagues"),
        "contact": _("What was said"),
        "answer": _("How it went"),
        "refer_to_steward": _("What the table shall talk over"),
    }
    helps = {
        "refer_to_steward": _(
            "The property company and the others at the table read these words and nothing else of the "
            "matter. Never name who told it."
        ),
    }
    asked = _("Why") if "note" in step.needs else _("Note for colleagues")
    return WordsField(
        label=told.get(step.name, asked),
        help_text=helps.get(step.name, ""),
        rows=3,
        max_length=TEXT_MAX,
        error_messages={"required": _("Please write why, so that everybody can follow it later.")},
    )


def _answer(step: Step, ticket: Ticket, options: Options) -> forms.Field:
    return WordsField(
        label=_("Answer to the resident"),
        help_text=_("Say what was done, who did it and what follows; the resident reads it word for word."),
        rows=6,
        max_length=TEXT_MAX,
        error_messages={"required": _("Please write the answer that the resident will read.")},
    )


def _question(step: Step, ticket: Ticket, options: Options) -> forms.Field:
    return WordsField(
        label=_("Question to the resident"),
        help_text=_("One thing, in plain words; the resident reads it word for word and can send photos."),
        rows=3,
        max_length=QUESTION_MAX,
        error_messages={"required": _("Please write the question that the resident will read.")},
    )


def _assignee(step: Step, ticket: Ticket, options: Options) -> forms.Field:
    return PersonField(label=_("Who"), choices=lambda: [("", _("Please choose")), *options.people])


def _named_staff(step: Step, ticket: Ticket, options: Options) -> forms.Field:
    return PeopleField(
        label=_("Whom the complaint is about"),
        choices=lambda: options.staff_around,
        initial=ticket.named_staff,
        help_text=_("The matter is hidden from everybody chosen here."),
    )


def _grid(step: Step, ticket: Ticket, options: Options) -> forms.Field:
    return UnitField(
        label=_("To which grid or community"),
        choices=lambda: options.places,
        error_messages={"required": _("Please choose a grid or a community.")},
    )


def _hours(step: Step, ticket: Ticket, options: Options) -> forms.Field:
    return forms.IntegerField(
        label=_("How many hours more"),
        min_value=1,
        max_value=settings.EXTENSION_MAX_HOURS,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )


def _review_on(step: Step, ticket: Ticket, options: Options) -> forms.Field:
    first = (today() + timedelta(days=1)).isoformat()
    return forms.DateField(
        label=_("When to look at it again"), widget=forms.DateInput({"type": "date", "min": first})
    )


def _parent(step: Step, ticket: Ticket, options: Options) -> forms.Field:
    return forms.CharField(
        label=_("Number of the matter that was told before"),
        max_length=32,
        widget=forms.TextInput({"autocapitalize": "characters", "autocomplete": "off"}),
    )


def _category(step: Step, ticket: Ticket, options: Options) -> forms.Field:
    return CategoryField(
        label=_("Category"),
        initial=ticket.category.code if ticket.category else "",
        empty_label=_("Leave it as it is"),
    )


def _urgency(step: Step, ticket: Ticket, options: Options) -> forms.Field:
    return forms.ChoiceField(label=_("Urgency"), choices=[("", _("That of the category")), *Urgency.choices])


def _how(step: Step, ticket: Ticket, options: Options) -> forms.Field:
    return forms.ChoiceField(
        label=_("How"),
        choices=HOW[step.name],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say how you reached the resident.")},
    )


def _photos(step: Step, ticket: Ticket, options: Options) -> forms.Field:
    return PhotosField(label=_("Photos"))


_FIELDS: dict[str, Maker] = {
    "note": _note,
    "answer": _answer,
    "question": _question,
    "assignee": _assignee,
    "named_staff": _named_staff,
    "grid": _grid,
    "hours": _hours,
    "review_on": _review_on,
    "parent": _parent,
    "category": _category,
    "urgency": _urgency,
    "how": _how,
    "photos": _photos,
}
