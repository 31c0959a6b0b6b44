"""A hotline's file: how its columns read, its way in, each row's ticket, and its replies' way back."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app import triggers
from requests_app.hotline.terms import NUMBER_MAX, USUAL_HOTLINE, ReplyScope
from requests_app.models import Answer, Ticket
from wangguan import clock
from wangguan.exchange.run import AT_WORK_Q, FileRun, ImportState
from wangguan.privacy import EncryptedTextField


class Layout(models.Model):
    """How one hotline lays its files out; known again by its headings.

    `headings` stand in the file's order, `key` is their SHA-256; `columns` is {heading: `terms.Column`} of
    those that are read.
    """

    name = models.CharField(_("name"), max_length=60, unique=True)
    hotline = models.CharField(
        _("hotline"),
        max_length=20,
        default=USUAL_HOTLINE,
        help_text=_("Whose numbers stand in it: a number of one hotline is brought in once."),
    )
    headings = models.JSONField(_("headings"))
    key = models.CharField(max_length=64, unique=True, editable=False)
    columns = models.JSONField(_("columns"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    made_at = models.DateTimeField(_("at"), default=clock.now)

    class Meta:
        verbose_name = _("layout of hotline files")
        verbose_name_plural = _("layouts of hotline files")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class HotlineRun(FileRun):
    """One file of a hotline on its way in, and perhaps taken back.

    `created` counts new rows, `history` those of them that came with a reply; `unchanged` are rows known
    by their number, `changed` those known whose words differ, which stay as they were.
    """

    layout = models.ForeignKey(
        Layout, models.PROTECT, null=True, blank=True, related_name="runs", verbose_name=_("layout")
    )
    history = models.PositiveIntegerField(_("came with a reply"), default=0)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken back by"),
    )
    undo_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("import of the hotline")
        verbose_name_plural = _("imports of the hotline")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="hotlinerun_state_known"),
            # A constant: one file of the hotline at a time.
            models.UniqueConstraint(models.Value(1), condition=AT_WORK_Q, name="hotlinerun_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(state=ImportState.IMPORTED),
                name="hotlinerun_undone_was_in",
            ),
        ]

    @property
    def open_rows(self) -> int:
        """New rows without a reply: matters to settle."""
        return self.created - self.history


class HotlineRow(models.Model):
    """One row: the hotline's number and the ticket that it became.

    `cells` is the row as it came, a JSON list in the order of the layout's headings, so that it can go
    back as it came; encrypted, since it names people. A number of a hotline is taken until its import
    is undone, in whichever layout it came.
    """

    layout = models.ForeignKey(Layout, models.PROTECT, related_name="rows", db_index=False)
    run = models.ForeignKey(HotlineRun, models.PROTECT, related_name="imported")
    hotline = models.CharField(_("hotline"), max_length=20, default=USUAL_HOTLINE)
    number = models.CharField(_("the hotline's number"), max_length=NUMBER_MAX)
    line = models.PositiveIntegerField(_("row"))
    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="+", verbose_name=_("request"))
    cells = EncryptedTextField()
    undone = models.BooleanField(_("taken back"), default=False)

    class Meta:
        verbose_name = _("row of the hotline")
        verbose_name_plural = _("rows of the hotline")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hotline", "number"], condition=Q(undone=False), name="hotlinerow_number_once"
            )
        ]

    def __str__(self) -> str:
        return self.number


class ReplyExport(models.Model):
    """Replies taken out in the hotline's layout: who, when, which. Nothing of a row stands here.

    `told_by`: whoever said that they were entered at the hotline, which answers its callers.
    """

    layout = models.ForeignKey(Layout, models.PROTECT, related_name="+", verbose_name=_("layout"))
    run = models.ForeignKey(
        HotlineRun, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("import")
    )
    since = models.DateField(_("from"), null=True, blank=True)
    until = models.DateField(_("to"), null=True, blank=True)
    scope = models.CharField(_("holds"), max_length=10, choices=ReplyScope)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    replies = models.PositiveIntegerField(_("replies"), default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=clock.now)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered at the hotline by"),
    )
    told_at = models.DateTimeField(_("entered at the hotline"), null=True, blank=True)

    class Meta:
        verbose_name = _("export of replies")
        verbose_name_plural = _("exports of replies")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(scope__in=ReplyScope.values), name="replyexport_scope_known"),
            models.CheckConstraint(
                condition=Q(told_by__isnull=True, told_at__isnull=True)
                | Q(told_by__isnull=False, told_at__isnull=False),
                name="replyexport_told_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.layout} {self.at:%Y-%m-%d %H:%M}"


class ExportedReply(models.Model):
    """One answer that stood in one export, and so may be told through the hotline. Nobody can change it."""

    export = models.ForeignKey(ReplyExport, models.PROTECT, related_name="answers")
    answer = models.ForeignKey(Answer, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("exported reply")
        verbose_name_plural = _("exported replies")
        constraints = [
            models.UniqueConstraint(fields=["export", "answer"], name="exportedreply_once"),
        ]
        triggers = triggers.append_only()

    def __str__(self) -> str:
        return f"{self.export_id}/{self.answer_id}"
