"""A whistle, the departments it calls, the matters it is for, and all that happened."""

from datetime import datetime, timedelta
from typing import Any

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grids import distance
from grids.models import Department
from requests_app.deadlines import Limit
from requests_app.models import Ticket
from requests_app.triggers import append_only
from requests_app.whistles.queries import CallQuerySet, WhistleQuerySet
from requests_app.whistles.terms import (
    DEFAULTS,
    NEEDS_MAX,
    PLACE_MAX,
    TITLE_MAX,
    URGE_EVERY,
    WORDS_MAX,
)
from requests_app.whistles.workflow import (
    EDGES,
    STEPS,
    CallState,
    Kind,
    State,
    Unit,
    call_arrows,
    state_arrows,
)
from requests_app.workflow import ActorKind
from wangguan import clock

LATITUDE = [MinValueValidator(-90), MaxValueValidator(90)]
LONGITUDE = [MinValueValidator(-180), MaxValueValidator(180)]
_POINT_WHOLE = Q(latitude__isnull=True, longitude__isnull=True) | Q(
    latitude__isnull=False, longitude__isnull=False
)


def _user(**options: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, **options
    )


def _known(column: str, choices: type[models.TextChoices], what: str) -> models.CheckConstraint:
    condition = Q(**{f"{column}__in": choices.values})
    return models.CheckConstraint(condition=condition, name=f"{what}_{column}_known")


class KindRule(models.Model):
    """How soon departments come to a whistle of one kind; a kind without a row has `terms.DEFAULTS`."""

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, unique=True)
    amount = models.PositiveSmallIntegerField(
        _("limit to check in"), validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    unit = models.CharField(
        _("counted in"),
        max_length=12,
        choices=Unit,
        help_text=_("Minutes and hours run day and night, also on holidays."),
    )
    nudge_days = models.PositiveSmallIntegerField(
        _("days until a reminder to conclude"),
        validators=[MinValueValidator(1), MaxValueValidator(90)],
        help_text=_("Counted from the check-in, and again after each reminder."),
    )

    class Meta:
        verbose_name = _("limit of a kind of whistle")
        verbose_name_plural = _("limits of whistles")
        ordering = ["kind"]
        constraints = [_known("kind", Kind, "whistle_rule"), _known("unit", Unit, "whistle_rule")]

    def __str__(self) -> str:
        return str(Kind(self.kind).label)

    @classmethod
    def of(cls, kind: str) -> "KindRule":
        """The office's own rule, or what stands without one."""
        return cls.objects.filter(kind=kind).first() or cls(kind=kind, **DEFAULTS[kind]._asdict())

    @property
    def limit(self) -> Limit:
        match self.unit:
            case Unit.WORKING_DAYS:
                return Limit.working_days(self.amount)
            case Unit.HOURS:
                return Limit.minutes(self.amount * 60)
        return Limit.minutes(self.amount)

    @property
    def nudge_after(self) -> timedelta:
        return timedelta(days=self.nudge_days)

    @property
    def words(self) -> str:
        """“24 hours”."""
        return f"{self.amount} {Unit(self.unit).label}"


class Whistle(models.Model):
    """A call of the street to departments about matters it cannot settle alone.

    `state` changes only through `services.steps.take`; a trigger made from the table refuses other moves.
    """

    number = models.CharField(_("number"), max_length=24, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFTED)
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(_("title"), max_length=TITLE_MAX)
    needs = models.TextField(_("what is needed"), max_length=NEEDS_MAX)
    place = models.CharField(_("where to meet"), max_length=PLACE_MAX)
    latitude = models.FloatField(_("latitude (WGS-84)"), null=True, blank=True, validators=LATITUDE)
    longitude = models.FloatField(_("longitude (WGS-84)"), null=True, blank=True, validators=LONGITUDE)
    meet_at = models.DateTimeField(_("when to meet"), null=True, blank=True)
    tickets = models.ManyToManyField(Ticket, through="Matter", related_name="+", verbose_name=_("requests"))
    departments = models.ManyToManyField(
        Department, through="Call", related_name="+", verbose_name=_("departments")
    )
    form_id = models.UUIDField(unique=True, editable=False)
    """Made with the form: the same form sent twice is one whistle."""
    knows_other = models.BooleanField(
        _("drafted although another is under way"), default=False, editable=False
    )
    drafted_by = _user(verbose_name=_("drafted by"))
    drafted_at = models.DateTimeField(_("drafted"), default=clock.now)
    approved_by = _user(verbose_name=_("approved by"), null=True, blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    blown_at = models.DateTimeField(_("blown"), null=True, blank=True)
    check_in_due = models.DateTimeField(_("check in by"), null=True, blank=True)
    concluded_at = models.DateTimeField(_("concluded"), null=True, blank=True)
    urged_at = models.DateTimeField(_("last urged"), null=True, blank=True)

    objects = WhistleQuerySet.as_manager()

    class Meta:
        verbose_name = _("whistle")
        verbose_name_plural = _("whistles")
        ordering = ["-id"]
        constraints = [
            _known("kind", Kind, "whistle"),
            _known("state", State, "whistle"),
            models.CheckConstraint(condition=_POINT_WHOLE, name="whistle_point_whole"),
            models.CheckConstraint(
                condition=~Q(state__in=[State.BLOWN, State.CONCLUDED, State.ARCHIVED])
                | Q(blown_at__isnull=False, check_in_due__isnull=False, approved_by__isnull=False),
                name="whistle_blown_is_approved",
            ),
        ]
        indexes = [
            models.Index(fields=["check_in_due"], condition=Q(state=State.BLOWN), name="whistle_under_way"),
            models.Index(fields=["id"], condition=Q(state=State.DRAFTED), name="whistle_to_approve"),
            models.Index(fields=["state", "-id"], name="whistle_by_state"),
        ]
        triggers = [
            pgtrigger.FSM(name="state_arrows", field="state", transitions=state_arrows()),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        """The office's page; departments have their own."""
        return reverse("whistle", args=[self.number])

    @property
    def point(self) -> distance.Point | None:
        """Where to meet."""
        return distance.point(self.latitude, self.longitude)

    @property
    def department_url(self) -> str:
        return reverse("worker_whistle", args=[self.number])

    @property
    def is_under_way(self) -> bool:
        return self.state == State.BLOWN

    @property
    def may_be_urged_at(self) -> datetime | None:
        """When it may be urged again; None: at once."""
        return self.urged_at + URGE_EVERY if self.urged_at else None


class Consent(models.TextChoices):
    """What the resident said to being called by departments."""

    UNASKED = "", _("Not asked yet")
    YES = "yes", _("They may call")
    NO = "no", _("They may not call")


class Matter(models.Model):
    """A ticket of a whistle, and whether its resident agreed that the departments see who told it."""

    whistle = models.ForeignKey(Whistle, models.CASCADE, related_name="matters")
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+", verbose_name=_("request"))
    consent = models.CharField(_("may be called"), max_length=3, choices=Consent, blank=True, default="")
    consent_at = models.DateTimeField(_("said"), null=True, blank=True)
    consent_by = _user(null=True, blank=True, verbose_name=_("recorded by"))
    """Whoever heard it; None: the resident's own tap."""

    class Meta:
        verbose_name = _("request of a whistle")
        verbose_name_plural = _("requests of whistles")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["whistle", "ticket"], name="whistle_ticket_once"),
            models.CheckConstraint(
                condition=Q(consent="", consent_at__isnull=True)
                | Q(consent__in=["yes", "no"], consent_at__isnull=False),
                name="whistle_consent_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.whistle_id} {self.ticket_id}"


class Call(models.Model):
    """One department in a whistle, from called to rated."""

    whistle = models.ForeignKey(Whistle, models.CASCADE, related_name="calls")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    task = models.CharField(_("its task"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=CallState, default=CallState.WAITING)
    version = models.PositiveIntegerField(default=1)
    called_at = models.DateTimeField(_("called"), null=True, blank=True)
    half_at = models.DateTimeField(null=True, blank=True)
    check_in_due = models.DateTimeField(_("check in by"), null=True, blank=True)
    checked_in_at = models.DateTimeField(_("checked in"), null=True, blank=True)
    checked_in_by = _user(null=True, blank=True, verbose_name=_("by"))
    latitude = models.FloatField(null=True, blank=True, validators=LATITUDE)
    longitude = models.FloatField(null=True, blank=True, validators=LONGITUDE)
    concluded_at = models.DateTimeField(_("concluded"), null=True, blank=True)
    concluded_by = _user(null=True, blank=True, verbose_name=_("by"))
    rating = models.PositiveSmallIntegerField(_("rating"), null=True, blank=True)
    rated_at = models.DateTimeField(_("rated"), null=True, blank=True)
    rated_by = _user(null=True, blank=True, verbose_name=_("by"))
    half_reminded_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField(_("reported"), null=True, blank=True)
    wake_at = models.DateTimeField(null=True, blank=True)
    """When the sweep looks at it next."""

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call of a department")
        verbose_name_plural = _("calls of departments")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["whistle", "department"], name="whistle_department_once"),
            _known("state", CallState, "whistle_call"),
            models.CheckConstraint(condition=_POINT_WHOLE, name="whistle_call_point_whole"),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 5)), name="whistle_call_rating_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=CallState.RATED) | Q(rating__isnull=False), name="whistle_call_rated"
            ),
            models.CheckConstraint(
                condition=~Q(state=CallState.CHECKED_IN)
                | Q(checked_in_at__isnull=False, checked_in_by__isnull=False),
                name="whistle_call_came_by_name",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[CallState.WAITING, CallState.CALLED_OFF])
                | Q(called_at__isnull=False, check_in_due__isnull=False),
                name="whistle_call_has_limit",
            ),
        ]
        indexes = [
            models.Index(fields=["wake_at"], condition=Q(wake_at__isnull=False), name="whistle_call_wake"),
            models.Index(fields=["department", "-whistle"], name="whistle_call_mine"),
            models.Index(
                fields=["called_at"], condition=Q(called_at__isnull=False), name="whistle_call_called"
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="call_arrows", field="state", transitions=call_arrows()),
            # A draft may lose a department again; what was called stays.
            pgtrigger.Protect(
                name="called_stays",
                operation=pgtrigger.Delete,
                condition=~pgtrigger.Q(old__state=CallState.WAITING),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.whistle_id} {self.department_id}"

    @property
    def point(self) -> distance.Point | None:
        """Where it checked in, if its person said so."""
        return distance.point(self.latitude, self.longitude)

    @property
    def came(self) -> bool:
        return self.checked_in_at is not None

    @property
    def came_in_time(self) -> bool:
        """Within its limit."""
        due, came = self.check_in_due, self.checked_in_at
        return bool(due and came and came <= due)

    def is_late(self, at: datetime | None = None) -> bool:
        """Not there although the limit has passed, or came after it."""
        if self.check_in_due is None or self.state == CallState.CALLED_OFF:
            return False
        return (self.checked_in_at or at or clock.now()) > self.check_in_due

    def lateness(self, at: datetime | None = None) -> timedelta | None:
        """By how much."""
        if not self.is_late(at) or self.check_in_due is None:
            return None
        return (self.checked_in_at or at or clock.now()) - self.check_in_due


class Entry(models.Model):
    """What happened to a whistle: who, when, what. Nobody changes or deletes one.

    Words stand beside it in `EntryText`; `detail` holds ids and codes, never personal data.
    """

    whistle = models.ForeignKey(Whistle, models.PROTECT, related_name="entries")
    call = models.ForeignKey(Call, models.PROTECT, null=True, related_name="entries")
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, related_name="+")
    what = models.CharField(_("what"), max_length=24)
    actor_kind = models.CharField(max_length=12, choices=ActorKind)
    actor = _user(null=True, verbose_name=_("by"))
    actor_title = models.CharField(_("as"), max_length=120, blank=True)
    at = models.DateTimeField(_("at"), default=clock.now)
    note_hash = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict)
    action_id = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("entry of a whistle")
        verbose_name_plural = _("entries of whistles")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["whistle", "action_id"],
                condition=Q(action_id__isnull=False),
                name="whistle_action_once",
            ),
            _known("actor_kind", ActorKind, "whistle_entry"),
            models.CheckConstraint(
                condition=Q(actor_kind=ActorKind.STAFF, actor__isnull=False)
                | (~Q(actor_kind=ActorKind.STAFF) & Q(actor__isnull=True)),
                name="whistle_entry_staff_has_actor",
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.whistle_id}: {self.what}"

    @property
    def label(self) -> Promise | str:
        return STEPS[self.what].label if self.what in STEPS else EDGES.get(self.what, self.what)

    @property
    def note(self) -> str:
        """The words beside it; empty when there were none or they were erased."""
        text = getattr(self, "text", None)
        return text.words if text else ""


class EntryText(models.Model):
    """Free words of an entry, apart so that they can be erased by law; the entry keeps their hash."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="text")
    salt = models.CharField(max_length=32)
    words = models.TextField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("words of an entry of a whistle")
        verbose_name_plural = _("words of entries of whistles")

    def __str__(self) -> str:
        return str(self.entry_id)


class Deed(models.Model):
    """What a department did at the place, in its own words."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="deeds")
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="deed")
    words = models.TextField(_("what was done"), max_length=WORDS_MAX)
    by = _user(verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=clock.now)

    class Meta:
        verbose_name = _("what a department did")
        verbose_name_plural = _("what departments did")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.call_id}: {self.pk}"


class DeedPhoto(models.Model):
    """A picture of what was done, re-encoded by `wangguan.photos` and served behind a permission."""

    deed = models.ForeignKey(Deed, models.PROTECT, related_name="photos")
    image = models.FileField(upload_to="whistles/%Y/%m/%d")
    thumbnail = models.FileField(upload_to="whistles/%Y/%m/%d")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("photo of a whistle")
        verbose_name_plural = _("photos of whistles")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.deed_id}: {self.pk}"
