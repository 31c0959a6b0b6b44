"""What is typed about tables, seats and meetings."""

from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.models import Community, User, today
from partybuilding.meetings import chairs
from partybuilding.meetings.forms.parts import Once, day_field, name_field
from partybuilding.meetings.models import Body, Meeting, Seat
from partybuilding.meetings.services.tables import Sitting
from partybuilding.meetings.terms import (
    BodyKind,
)
from partybuilding.organisations.models import Organisation
from wangguan.fields import PhoneField


class BodyForm(forms.Form):
    """A table of the regular party-building meetings."""

    name = name_field(_("Name of the table"), error_messages={"required": _("Please give it a name.")})
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
    unit = name_field(_("Unit"), required=False, help_text=_("The firm, unit or organisation, in full."))
    title = name_field(_("Office held"), required=False, help_text=_("As the minutes call it."))
    account = forms.CharField(
        label=_("Account of the staff"),
        max_length=150,
        required=False,
        help_text=_("The name they sign in with. Leave it empty for somebody without an account."),
    )
    person = forms.CharField(label=_("Full name"), max_length=30, required=False)
    phone = PhoneField(label=_("Mobile number"), required=False)
    ends_on = day_field(_("Last day of the term"), required=False)
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


FIRST_YEAR = 2000


class MeetingForm(Once):
    """When and where, and who chairs."""

    day = day_field(_("Day"), error_messages={"required": _("Please say on which day.")})
    hour = forms.TimeField(
        label=_("Hour"),
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={"required": _("Please say when it begins.")},
    )
    place = forms.CharField(
        label=_("Place"), max_length=100, error_messages={"required": _("Please say where the meeting is.")}
    )
    title = name_field(_("Title"), required=False, help_text=_("Empty: its number."))
    chair = forms.ModelChoiceField(
        Seat.objects.none(), label=_("Chair"), required=False, empty_label=_("Not settled yet")
    )
    recorder = name_field(_("Keeps the minutes"), required=False)
    field_order = ("day", "hour", "place", "title", "chair", "recorder", "form_id")

    def __init__(self, *args: Any, body: Body, meeting: Meeting | None = None, **options: Any) -> None:
        if meeting:
            options["initial"] = _as_typed(meeting)
        super().__init__(*args, **options)
        chair = cast(forms.ModelChoiceField, self.fields["chair"])
        chair.queryset = body.seats.standing().around()
        if meeting is None and (turn := chairs.in_turn(body, today())):
            chair.initial, chair.help_text = turn.pk, _("In turn: %(seat)s.") % {"seat": turn}

    def clean_day(self) -> date:
        """A meeting may be entered late; a year that was mistyped leads nowhere."""
        day: date = self.cleaned_data["day"]
        if day.year < FIRST_YEAR:
            raise forms.ValidationError(_("This day is over."))
        return day

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
