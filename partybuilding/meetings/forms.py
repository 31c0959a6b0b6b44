"""What is typed about tables, meetings, topics and actions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.models import Community, Grid, User, today
from partybuilding.meetings import chairs
from partybuilding.meetings.models import Body, Invitation, Meeting, Seat
from partybuilding.meetings.services.actions import NewAction
from partybuilding.meetings.services.tables import Sitting
from partybuilding.meetings.services.topics import Proposal, Voices
from partybuilding.meetings.terms import (
    LONG_MAX,
    MINUTES_MAX,
    NAME_MAX,
    WORDS_MAX,
    BodyKind,
    Reply,
    Stance,
)
from partybuilding.organisations.models import Organisation
from wangguan.fields import PhoneField, WithPhotos

OTHER = "other"
ACTIONS_AT_ONCE = 3
"""So many actions can be written down together with an outcome; more afterwards, one by one."""


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"), **options)


def _words(label: Any, *, rows: int = 3, most: int = WORDS_MAX, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea({"rows": rows}), **{"required": False, **options}
    )


def _name(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=NAME_MAX, **options)


class _Once(forms.Form):
    """A form that knows itself again when it is sent twice."""

    form_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["form_id"].initial = uuid4


class BodyForm(forms.Form):
    """A table of the regular party-building meetings."""

    name = _name(_("Name of the table"), error_messages={"required": _("Please give it a name.")})
    community = forms.ModelChoiceField(
        Community.objects.none(), label=_("Community"), required=False, empty_label=_("The whole street")
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Party organisation"), required=False, empty_label=_("—")
    )

    def __init__(self, *args: Any, communities: Any, whole_street: bool, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        community = cast(forms.ModelChoiceField, self.fields["community"])
        community.queryset = communities
        if not whole_street:
            community.required, community.empty_label = True, _("Please choose")
        found = Organisation.objects.visible_to(user).standing()
        cast(forms.ModelChoiceField, self.fields["organisation"]).queryset = found


class SeatForm(forms.Form):
    """Who sits where: somebody of the staff, or somebody with a phone."""

    side = forms.ChoiceField(label=_("Sits for"), choices=[])
    unit = _name(_("Unit"), required=False, help_text=_("The firm, unit or organisation, in full."))
    title = _name(_("Office held"), required=False, help_text=_("As the minutes call it."))
    account = forms.CharField(
        label=_("Account of the staff"),
        max_length=150,
        required=False,
        help_text=_("The name they sign in with. Leave it empty for somebody without an account."),
    )
    person = forms.CharField(label=_("Full name"), max_length=30, required=False)
    phone = PhoneField(label=_("Mobile number"), required=False)
    ends_on = _day(_("Last day of the term"), required=False)
    may_chair = forms.BooleanField(label=_("May chair"), required=False)

    def __init__(self, *args: Any, body: Body, **options: Any) -> None:
        super().__init__(*args, **options)
        sides = [(side.value, side.label) for side in BodyKind(body.kind).parties]
        cast(forms.ChoiceField, self.fields["side"]).choices = sides

    def clean_account(self) -> User | None:
        given = self.cleaned_data["account"].strip()
        found = User.objects.filter(username=given, is_active=True).first() if given else None
        if given and found is None:
            raise forms.ValidationError(_("Nobody signs in with this name. Please check it."))
        return found

    def sitting(self) -> Sitting:
        given = self.cleaned_data
        return Sitting(
            side=given["side"],
            unit=given["unit"],
            title=given["title"],
            user=given["account"],
            name=given["person"],
            phone=given["phone"],
            ends_on=given["ends_on"],
            may_chair=given["may_chair"],
        )


class MeetingForm(_Once):
    """When and where, and who chairs."""

    day = _day(_("Day"), error_messages={"required": _("Please say on which day.")})
    hour = forms.TimeField(
        label=_("Hour"),
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={"required": _("Please say when it begins.")},
    )
    place = forms.CharField(
        label=_("Place"), max_length=100, error_messages={"required": _("Please say where the meeting is.")}
    )
    title = _name(_("Title"), required=False, help_text=_("Empty: its number."))
    chair = forms.ModelChoiceField(
        Seat.objects.none(), label=_("Chair"), required=False, empty_label=_("Not settled yet")
    )
    recorder = _name(_("Keeps the minutes"), required=False)
    field_order = ("day", "hour", "place", "title", "chair", "recorder", "form_id")

    def __init__(self, *args: Any, body: Body, meeting: Meeting | None = None, **options: Any) -> None:
        if meeting:
            options["initial"] = _as_typed(meeting)
        super().__init__(*args, **options)
        chair = cast(forms.ModelChoiceField, self.fields["chair"])
        chair.queryset = body.seats.standing().around()
        if meeting is None and (turn := chairs.in_turn(body, today())):
            chair.initial, chair.help_text = turn.pk, _("In turn: %(seat)s.") % {"seat": turn}

    def told(self) -> dict[str, Any]:
        """As the services take it."""
        given = self.cleaned_data
        starts_at = timezone.make_aware(datetime.combine(given["day"], given["hour"]))
        return {"starts_at": starts_at, **{n: given[n] for n in ("place", "title", "chair", "recorder")}}


def _as_typed(meeting: Meeting) -> dict[str, Any]:
    local = timezone.localtime(meeting.starts_at)
    columns = ("place", "title", "recorder")
    return {
        "day": local.date(),
        "hour": local.time(),
        "chair": meeting.chair_id,
        **{name: getattr(meeting, name) for name in columns},
    }


class TopicForm(_Once):
    """What is to lie on the table."""

    title = _name(
        _("Topic in a few words"),
        error_messages={"required": _("Please say in a few words what it is about.")},
    )
    words = _words(
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

    words = _words(_("In words"), rows=2)


class ActionForm(forms.Form):
    """What is to be done, by whom, by when."""

    words = forms.CharField(label=_("What is to be done"), max_length=WORDS_MAX, required=False)
    owner = forms.ChoiceField(label=_("By whom"), choices=[], required=False)
    owner_words = _name(
        _("Or by somebody else"), required=False, help_text=_("Who does not sit at this table.")
    )
    due_on = _day(_("Done by"), required=False)

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


class OneActionForm(ActionForm, _Once):
    """One more, after the outcome."""


class OutcomeForm(forms.Form):
    """What came of a topic, and how each side that has a voice stands to it."""

    outcome = _words(
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
    minutes = _words(_("Minutes"), rows=16, most=MINUTES_MAX)


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
    statement = _words(
        _("Your position on the topics"), help_text=_("It is read out, and counts as your voice.")
    )


class DoneForm(WithPhotos, _Once):
    """What was done, with pictures."""

    evidence = _words(
        _("What was done"), required=True, error_messages={"required": _("Please write what was done.")}
    )
    field_order = ("evidence", "photos", "form_id")


class JudgeForm(_Once):
    words = _words(_("In words; needed when it is not done yet"), rows=2)


class TicketForm(forms.Form):
    """Where an action goes on as a request."""

    grid = forms.ModelChoiceField(
        Grid.objects.none(),
        label=_("Grid"),
        empty_label=_("Please choose"),
        error_messages={"required": _("Please choose the grid.")},
    )
    told = _words(_("What the grid is to know"), help_text=_("Empty: the words of the action."))

    def __init__(self, *args: Any, body: Body, **options: Any) -> None:
        super().__init__(*args, **options)
        grids = Grid.objects.in_force().defer("boundary").order_by("code")
        own = grids.filter(community=body.community_id) if body.community_id else grids
        cast(forms.ModelChoiceField, self.fields["grid"]).queryset = own


class FilterForm(forms.Form):
    kind = forms.ChoiceField(choices=[("", _("All")), *BodyKind.choices], required=False)
