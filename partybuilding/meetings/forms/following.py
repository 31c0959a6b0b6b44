"""What is typed about topics, outcomes, actions, minutes and replies."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from grids.models import Grid, today
from partybuilding.meetings.forms.parts import Once, day_field, name_field, words_field
from partybuilding.meetings.models import Body, Invitation, Meeting, Seat
from partybuilding.meetings.services.actions import NewAction
from partybuilding.meetings.services.topics import Proposal, Voices
from partybuilding.meetings.terms import (
    LONG_MAX,
    MINUTES_MAX,
    WORDS_MAX,
    Reply,
    Stance,
)
from wangguan.fields import WithPhotos

ACTIONS_AT_ONCE = 3
"""So many actions can be written down together with an outcome; more afterwards, one by one."""


class TopicForm(Once):
    """What is to lie on the table."""

    title = name_field(
        _("Topic in a few words"),
        error_messages={"required": _("Please say in a few words what it is about.")},
    )
    words = words_field(
        _("What the table should know"), help_text=_("The whole table reads this: nobody's name, no phone.")
    )
    field_order: tuple[str, ...] = ("title", "words", "form_id")

    def proposal(self) -> Proposal:
        return Proposal(self.cleaned_data["title"], self.cleaned_data["words"])


class OfficeTopicForm(TopicForm):
    is_owners_matter = forms.BooleanField(
        label=_("Reserved to the owners"),
        required=False,
        help_text=_("Civil Code art. 278: the table may recommend, only the owners decide."),
    )
    field_order = ("title", "words", "is_owners_matter", "form_id")

    def proposal(self) -> Proposal:
        given = self.cleaned_data
        return Proposal(given["title"], given["words"], is_owners_matter=given["is_owners_matter"])


class WordsForm(forms.Form):
    """Why."""

    words = words_field(_("In words"), rows=2)


class ActionForm(forms.Form):
    """What is to be done, by whom, by when."""

    words = forms.CharField(label=_("What is to be done"), max_length=WORDS_MAX, required=False)
    owner = forms.ChoiceField(label=_("By whom"), choices=[], required=False)
    owner_words = name_field(
        _("Or by somebody else"), required=False, help_text=_("Who does not sit at this table.")
    )
    due_on = day_field(_("Done by"), required=False)

    def __init__(self, *args: Any, seats: Sequence[Seat], **options: Any) -> None:
        super().__init__(*args, **options)
        self.seats = {str(seat.pk): seat for seat in seats}
        named = [(key, str(seat)) for key, seat in self.seats.items()]
        cast(forms.ChoiceField, self.fields["owner"]).choices = [("", _("—")), *named]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.is_blank and not self.errors:
            for name, said in (
                ("words", _("Please write what is to be done.")),
                ("due_on", _("Please say by which day.")),
            ):
                if not given.get(name):
                    self.add_error(name, said)
            if bool(given.get("owner")) == bool(given.get("owner_words")):
                self.add_error("owner", _("Say who does it: one seat, or somebody else in words."))
            if given.get("due_on") and given["due_on"] < today():
                self.add_error("due_on", _("This day is over; choose one that is to come."))
        return given

    @property
    def is_blank(self) -> bool:
        return not any(str(self.data.get(self.add_prefix(name)) or "").strip() for name in self.fields)

    def new(self) -> NewAction:
        given = self.cleaned_data
        return NewAction(
            given["words"],
            due_on=given["due_on"],
            seat=self.seats.get(given["owner"]),
            owner_words=given["owner_words"],
            form_id=given.get("form_id"),
        )


class OneActionForm(ActionForm, Once):
    """One more, after the outcome."""


class OutcomeForm(forms.Form):
    """What came of a topic, and how each side that has a voice stands to it."""

    outcome = words_field(
        _("What was agreed"),
        rows=4,
        most=LONG_MAX,
        required=True,
        error_messages={"required": _("Please write what was agreed.")},
    )

    def __init__(self, *args: Any, heard: Sequence[Invitation], **options: Any) -> None:
        super().__init__(*args, **options)
        self._heard = heard
        for row in heard:
            self.fields[f"stance_{row.seat_id}"] = forms.ChoiceField(
                label=str(row.seat), choices=[("", _("No voice")), *Stance.choices], required=False
            )
            self.fields[f"said_{row.seat_id}"] = forms.CharField(
                label=_("%(who)s, in words") % {"who": row.seat}, max_length=WORDS_MAX, required=False
            )

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        """Stance and words of each side."""
        return [(self[f"stance_{row.seat_id}"], self[f"said_{row.seat_id}"]) for row in self._heard]

    def voices(self) -> Voices:
        given = self.cleaned_data
        found = (
            (row.seat_id, given[f"stance_{row.seat_id}"], given[f"said_{row.seat_id}"]) for row in self._heard
        )
        return {seat: (stance, said) for seat, stance, said in found if stance}


class MinutesForm(forms.Form):
    """`version` is the meeting's when it was read: nobody writes over what somebody else wrote meanwhile."""

    minutes = words_field(_("Minutes"), rows=16, most=MINUTES_MAX)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=1_000_000)

    def renew(self, meeting: Meeting) -> None:
        """For the meeting as it stands now; what was typed stays."""
        fresh = cast(QueryDict, self.data).copy()
        fresh["version"] = str(meeting.version)
        self.data = fresh


class ReplyForm(forms.Form):
    """Whether one comes."""

    reply = forms.ChoiceField(
        label=_("Are you coming?"),
        choices=[(Reply.COMING, _("I am coming")), (Reply.LEAVE, _("I cannot come"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say whether you come.")},
    )
    words = forms.CharField(
        label=_("Why you cannot come"),
        max_length=WORDS_MAX,
        required=False,
        help_text=_("Only when you cannot."),
    )
    statement = words_field(
        _("Your position on the topics"), help_text=_("It is read out, and counts as your voice.")
    )


class DoneForm(WithPhotos, Once):
    """What was done, with pictures."""

    evidence = words_field(
        _("What was done"), required=True, error_messages={"required": _("Please write what was done.")}
    )
    field_order = ("evidence", "photos", "form_id")


class JudgeForm(Once):
    words = words_field(_("In words; needed when it is not done yet"), rows=2)


class TicketForm(forms.Form):
    """Where an action goes on as a request."""

    grid = forms.ModelChoiceField(
        Grid.objects.none(),
        label=_("Grid"),
        empty_label=_("Please choose"),
        error_messages={"required": _("Please choose the grid.")},
    )
    told = words_field(_("What the grid is to know"), help_text=_("Empty: the words of the action."))

    def __init__(self, *args: Any, body: Body, **options: Any) -> None:
        super().__init__(*args, **options)
        grids = Grid.objects.in_force().defer("boundary").order_by("code")
        own = grids.filter(community=body.community_id) if body.community_id else grids
        cast(forms.ModelChoiceField, self.fields["grid"]).queryset = own
