"""A report, what was done with it, and whom it is sent to."""

from typing import ClassVar
from uuid import uuid4

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, ExtractYear
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.models import Community
from requests_app.reports.queries import DeliveryQuerySet, RecipientQuerySet, ReportQuerySet
from requests_app.reports.terms import REMARK_MAX, SILENT, Did, Form, Kind, Sending, State
from requests_app.statistics.spans import Span
from wangguan import clock


def _place(report: "Report", name: str) -> str:
    return f"reports/{report.last.year}/{uuid4()}.{name.rpartition('.')[2]}"


class Report(models.Model):
    """The figures of a day, week or month as they were counted once, and an editor's words.

    A draft may be counted anew; remarks and chosen cases stay. What was issued never changes (a trigger
    keeps it): a correction is a further `edition` that names the one it `corrects` and takes its
    `number` over. `data` is what `services.contents` counted: hidden numbers are not in it.
    """

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    community = models.ForeignKey(
        Community, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("community")
    )
    """None: the whole street."""
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="correction", verbose_name=_("corrects")
    )
    why_corrected = models.CharField(_("why it is corrected"), max_length=200, blank=True)
    number = models.PositiveSmallIntegerField(_("number in the year"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)

    asked_at = models.DateTimeField(null=True, blank=True)
    """Set while a worker counts; its very moment is the worker's hold on the row."""
    error = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(_("counted"), null=True, blank=True)
    as_of = models.DateTimeField(_("figures as of"), null=True, blank=True)
    data = models.JSONField(default=dict, blank=True)

    remark = models.TextField(_("editor's note"), max_length=REMARK_MAX, blank=True)
    plan = models.TextField(_("what comes next"), max_length=REMARK_MAX, blank=True)
    remarked_at = models.DateTimeField(null=True, blank=True)
    remarked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    revision = models.PositiveIntegerField(default=0)
    """Raised by every edit: two editors at once lose nothing."""
    cases = ArrayField(models.BigIntegerField(), default=list, blank=True)
    """Primary keys of released matters (`Publication`), in the order they are shown in."""
    cases_chosen = models.BooleanField(default=False)
    """An editor chose them: counting anew leaves them as they are."""

    issued_at = models.DateTimeField(_("issued"), null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    docx = models.FileField(upload_to=_place, blank=True)
    docx_sha256 = models.CharField(max_length=64, blank=True)
    xlsx = models.FileField(upload_to=_place, blank=True)
    xlsx_sha256 = models.CharField(max_length=64, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering: ClassVar = ["-last", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="report_kind_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="report_state_known"),
            models.CheckConstraint(condition=Q(first__lte=models.F("last")), name="report_days_in_order"),
            models.UniqueConstraint(
                fields=["kind", "first", "last", "community", "edition"],
                name="report_once",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                "kind",
                ExtractYear("last"),
                "number",
                "edition",
                Coalesce("community", 0),
                condition=Q(number__isnull=False),
                name="report_number_once",
            ),
            models.CheckConstraint(
                condition=Q(edition=1, corrects__isnull=True) | Q(edition__gt=1, corrects__isnull=False),
                name="report_edition_names_the_one_before",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT, issued_at__isnull=True)
                | Q(
                    state=State.ISSUED,
                    issued_at__isnull=False,
                    number__isnull=False,
                    docx_sha256__gt="",
                    xlsx_sha256__gt="",
                ),
                name="report_issued_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-last", "-id"], name="report_list"),
            models.Index(fields=["kind", "-last", "-id"], name="report_list_kind"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="issued_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state=State.ISSUED),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.first} – {self.last}"

    def get_absolute_url(self) -> str:
        return reverse("report", args=[self.pk])

    @property
    def span(self) -> Span:
        return Span(self.first, self.last)

    @property
    def is_issued(self) -> bool:
        return self.state == State.ISSUED

    @property
    def is_at_work(self) -> bool:
        """A worker counts it, and was heard of lately."""
        return self.asked_at is not None and self.asked_at > clock.now() - SILENT

    @property
    def is_silent(self) -> bool:
        """Its worker must have died; it may be counted again."""
        return self.asked_at is not None and not self.is_at_work

    def file(self, form: Form) -> models.fields.files.FieldFile:
        return self.docx if form == Form.DOCX else self.xlsx


class Entry(models.Model):
    """Who did what with a report, and when; never changed."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="entries")
    did = models.CharField(max_length=12, choices=Did)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    """None: the system, on its own."""
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("entry of a report")
        verbose_name_plural = _("entries of reports")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(did__in=Did.values), name="report_entry_known")
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="entry_stays", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.did}"


class Recipient(models.Model):
    """Somebody who is sent issued reports by email."""

    name = models.CharField(
        _("name"), max_length=60, help_text=_("A person, or the office behind the mailbox.")
    )
    email = models.EmailField(_("email"), unique=True)
    kinds = ArrayField(
        models.CharField(max_length=8, choices=Kind),
        verbose_name=_("which reports"),
        default=list,
        help_text=_("Only these are offered for sending."),
    )
    is_active = models.BooleanField(
        _("in use"),
        default=True,
        help_text=_("Untick it instead of deleting: what was sent stays on record."),
    )

    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = _("recipient of reports")
        verbose_name_plural = _("recipients of reports")
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kinds__contained_by=Kind.values), name="recipient_kinds_known")
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if not self.kinds:
            raise ValidationError({"kinds": _("Choose at least one kind.")})


class Delivery(models.Model):
    """One report on its way to one recipient.

    queued → sending → sent; a passing hindrance queues it again, a lasting one fails it. What was cut
    off while sending is `unknown`, and only a person sends it again.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="deliveries")
    recipient = models.ForeignKey(Recipient, models.PROTECT, related_name="deliveries")
    state = models.CharField(max_length=8, choices=Sending, default=Sending.QUEUED)
    reason = models.CharField(max_length=20, blank=True)
    """Code of the last hindrance, e.g. smtp_550; never the address."""
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    next_try_at = models.DateTimeField(default=clock.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery of a report")
        verbose_name_plural = _("deliveries of reports")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "recipient"], name="delivery_once"),
            models.CheckConstraint(condition=Q(state__in=Sending.values), name="delivery_state_known"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(state__in=[Sending.QUEUED, Sending.SENDING]),
                name="delivery_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} → {self.recipient_id}"

    @property
    def may_be_sent_again(self) -> bool:
        return self.state in (Sending.FAILED, Sending.UNKNOWN)
