"""One meeting of a table, and who was invited and came."""

import secrets

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partybuilding.columns import known, staff
from partybuilding.meetings.models.table import Body, Seat
from partybuilding.meetings.queries import MeetingQuerySet
from partybuilding.meetings.terms import (
    DOORS_CLOSE,
    DOORS_OPEN,
    MINUTES_MAX,
    NAME_MAX,
    WORDS_MAX,
    Reply,
    Via,
)
from partybuilding.meetings.workflow import AHEAD, MEETING, MeetingState, arrows
from wangguan import clock


def new_token() -> str:
    """128 random bits, safe in an address."""
    return secrets.token_urlsafe(16)


class Meeting(models.Model):
    """`state` changes only through `services.meetings`. `token` is what the code on the wall leads to."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="meetings", verbose_name=_("table"))
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=NAME_MAX, blank=True)
    starts_at = models.DateTimeField(_("when"))
    place = models.CharField(_("place"), max_length=100)
    topics_until = models.DateField(_("topics until"))
    chair = models.ForeignKey(
        Seat, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("chair")
    )
    recorder = models.CharField(_("keeps the minutes"), max_length=NAME_MAX, blank=True)
    minutes = models.TextField(_("minutes of the meeting"), max_length=MINUTES_MAX, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=MeetingState, default=MeetingState.PLANNED)
    version = models.PositiveIntegerField(default=1, editable=False)
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    form_id = models.UUIDField(unique=True, editable=False)
    reason = models.CharField(_("why called off"), max_length=WORDS_MAX, blank=True)
    planned_by = staff(verbose_name=_("entered by"))
    called_at = models.DateTimeField(_("invitations sent"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    closed_at = models.DateTimeField(_("minutes kept"), null=True, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-starts_at", "-id"]
        constraints = [
            known("state", MeetingState, "meeting"),
            models.UniqueConstraint(fields=["body", "number"], name="meeting_number_once"),
            models.CheckConstraint(
                condition=~Q(state__in=(MeetingState.HELD, MeetingState.CLOSED)) | Q(opened_at__isnull=False),
                name="meeting_held_was_opened",
            ),
        ]
        indexes = [
            models.Index(fields=["body", "-starts_at", "-id"], name="meeting_of_body"),
            models.Index(fields=["starts_at"], condition=Q(state__in=AHEAD), name="meeting_ahead"),
        ]
        triggers = [
            pgtrigger.FSM(name="meeting_arrows", field="state", transitions=arrows(MEETING)),
            pgtrigger.Protect(
                name="closed_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state=MeetingState.CLOSED),
            ),
        ]

    def __str__(self) -> str:
        return self.title or gettext("Meeting no. %(number)d") % {"number": self.number}

    def get_absolute_url(self) -> str:
        """The office's page of it."""
        return reverse("party_meeting", args=[self.pk])

    @property
    def takes_attendance(self) -> bool:
        """Whether its code is good now: it is under way, or its hour is near."""
        if self.state == MeetingState.HELD:
            return True
        # Reckoned from now: the last of all days has nothing after it.
        near = clock.now() - DOORS_CLOSE <= self.starts_at <= clock.now() + DOORS_OPEN
        return self.state == MeetingState.CALLED and near


class Invitation(models.Model):
    """One seat at one meeting: asked, replied, came. `attended_at` is written once."""

    meeting = models.ForeignKey(
        Meeting, models.PROTECT, related_name="invitations", verbose_name=_("meeting")
    )
    seat = models.ForeignKey(
        Seat, models.PROTECT, related_name="invitations", verbose_name=_("seat at a table")
    )
    reply = models.CharField(_("reply"), max_length=8, choices=Reply, default=Reply.NONE)
    words = models.CharField(_("why on leave"), max_length=WORDS_MAX, blank=True)
    statement = models.TextField(_("written statement"), max_length=WORDS_MAX, blank=True)
    replied_at = models.DateTimeField(_("replied"), null=True, blank=True)
    attended_at = models.DateTimeField(_("came"), null=True, blank=True)
    via = models.CharField(_("marked how"), max_length=8, choices=Via, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["seat__place", "seat_id"]
        constraints = [
            known("reply", Reply, "meeting_invitation"),
            models.UniqueConstraint(fields=["meeting", "seat"], name="meeting_invitation_once"),
            models.CheckConstraint(
                condition=Q(attended_at__isnull=True, via="")
                | Q(attended_at__isnull=False, via__in=Via.values),
                name="meeting_invitation_came_somehow",
            ),
        ]

    def __str__(self) -> str:
        return str(self.seat)

    @property
    def came(self) -> bool:
        return self.attended_at is not None

    @property
    def has_voice(self) -> bool:
        """Whether its stance may be written down: it came, or sent its position in writing."""
        return self.came or bool(self.statement)
