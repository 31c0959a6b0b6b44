"""What lies on the table, what came of it, and who stood how."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partybuilding.columns import known, staff
from partybuilding.meetings.models.meeting import Meeting
from partybuilding.meetings.models.table import Body, Seat
from partybuilding.meetings.queries import TopicQuerySet
from partybuilding.meetings.terms import LONG_MAX, NAME_MAX, WORDS_MAX, Source, Stance
from partybuilding.meetings.workflow import TOPIC, UNSETTLED, TopicState, arrows
from requests_app.models import Ticket
from residents.models import Finding
from wangguan import clock
from wangguan.privacy import mask_address

WITH_MEETING = (TopicState.ON_AGENDA, TopicState.DECIDED)


class Topic(models.Model):
    """`state` changes only through `services.topics`.

    A topic that comes from a request shows of it no more than category, number and building
    (`about_ticket`): `title` and `words` are written for the table by whoever puts it there.
    """

    body = models.ForeignKey(Body, models.PROTECT, related_name="topics", verbose_name=_("table"))
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="topics", verbose_name=_("meeting")
    )
    place = models.PositiveSmallIntegerField(_("place on the agenda"), default=0)
    title = models.CharField(_("topic on the table"), max_length=NAME_MAX)
    words = models.TextField(_("what it is about"), max_length=WORDS_MAX, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=TopicState, default=TopicState.PROPOSED)
    version = models.PositiveIntegerField(default=1, editable=False)
    source = models.CharField(_("comes from"), max_length=12, choices=Source)
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("request")
    )
    finding = models.ForeignKey(
        Finding, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("finding")
    )
    offer = models.CharField(max_length=40, blank=True, default="", editable=False)
    """Names what a room above offered ("claim:12"), so that it lies on a table once."""
    seat = models.ForeignKey(
        Seat, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("proposed by")
    )
    support = models.PositiveIntegerField(_("households that second it"), default=0)
    is_owners_matter = models.BooleanField(
        _("reserved to the owners"),
        default=False,
        help_text=_("Civil Code art. 278: the table may recommend, only the owners decide."),
    )
    outcome = models.TextField(_("outcome"), max_length=LONG_MAX, blank=True)
    note = models.CharField(_("why put off or not taken up"), max_length=WORDS_MAX, blank=True)
    is_shared = models.BooleanField(
        _("residents may read the outcome"),
        default=False,
        help_text=_("With what is to be done about it, and by when."),
    )
    form_id = models.UUIDField(unique=True, null=True, editable=False)
    made_by = staff(verbose_name=_("entered by"))
    made_at = models.DateTimeField(_("entered"), default=clock.now, editable=False)
    decided_at = models.DateTimeField(_("settled at"), null=True, blank=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic on the table")
        verbose_name_plural = _("topics on tables")
        ordering = ["meeting", "place", "id"]
        constraints = [
            known("state", TopicState, "meeting_topic"),
            known("source", Source, "meeting_topic"),
            models.CheckConstraint(
                condition=Q(state__in=WITH_MEETING, meeting__isnull=False) | ~Q(state__in=WITH_MEETING),
                name="meeting_topic_has_meeting",
            ),
            models.CheckConstraint(
                condition=~Q(state=TopicState.DECIDED) | Q(decided_at__isnull=False) & ~Q(outcome=""),
                name="meeting_topic_decided_has_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(source=Source.TICKET) | Q(ticket__isnull=False),
                name="meeting_topic_of_ticket",
            ),
            models.UniqueConstraint(
                fields=["body", "ticket"],
                condition=Q(state__in=UNSETTLED, ticket__isnull=False),
                name="meeting_topic_ticket_once",
            ),
            models.UniqueConstraint(
                fields=["body", "finding"],
                condition=Q(state__in=UNSETTLED, finding__isnull=False),
                name="meeting_topic_finding_once",
            ),
            models.UniqueConstraint(
                fields=["body", "offer"],
                condition=Q(state__in=UNSETTLED) & ~Q(offer=""),
                name="meeting_topic_offer_once",
            ),
        ]
        indexes = [
            models.Index(fields=["meeting", "place", "id"], name="meeting_topic_agenda"),
            models.Index(fields=["body", "state", "-id"], name="meeting_topic_of_body"),
        ]
        triggers = [pgtrigger.FSM(name="meeting_topic_arrows", field="state", transitions=arrows(TOPIC))]

    def __str__(self) -> str:
        return self.title

    @property
    def outcome_label(self) -> Promise:
        """What the table's word is: of an owners' matter never a decision (Civil Code art. 278)."""
        return _("Recommendation") if self.is_owners_matter else _("Decision")

    @property
    def about_ticket(self) -> str:
        """What the table may know of the request: category, building and number, never who told it."""
        if self.ticket is None:
            return ""
        ticket = self.ticket
        place = ticket.building.address if ticket.building else mask_address(ticket.address)
        return " · ".join(filter(None, (str(ticket.category or ""), place, ticket.number)))


class Voice(models.Model):
    """How one seat stood to one topic."""

    topic = models.ForeignKey(
        Topic, models.PROTECT, related_name="voices", verbose_name=_("topic on the table")
    )
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="voices", verbose_name=_("seat at a table"))
    stance = models.CharField(_("stance"), max_length=8, choices=Stance)
    words = models.CharField(_("in words"), max_length=WORDS_MAX, blank=True)

    class Meta:
        verbose_name = _("voice")
        verbose_name_plural = _("voices")
        ordering = ["seat__place", "seat_id"]
        constraints = [
            known("stance", Stance, "meeting_voice"),
            models.UniqueConstraint(fields=["topic", "seat"], name="meeting_voice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.seat}: {self.get_stance_display()}"
