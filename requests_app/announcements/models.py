"""An announcement, the grids it goes to, and who was told and has read it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.models import Grid
from requests_app.announcements.queries import AnnouncementQuerySet
from wangguan import clock

TITLE_MAX, TEXT_MAX = 40, 500


class Announcement(models.Model):
    """What an office tells the people of some grids; it goes out once, at `publish_at`.

    Until then it may be changed; afterwards it can only be withdrawn.
    """

    title = models.CharField(_("title"), max_length=TITLE_MAX)
    text = models.TextField(_("text"), max_length=TEXT_MAX)
    grids = models.ManyToManyField(Grid, through="Place", related_name="+", verbose_name=_("grids"))
    to_robot = models.BooleanField(_("also by the WeCom robots of these grids"), default=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("written"), default=clock.now)
    form_id = models.UUIDField(unique=True, editable=False)
    """Made with the form: the same form sent twice is one announcement."""
    publish_at = models.DateTimeField(_("goes out"))
    published_at = models.DateTimeField(_("went out"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="announcement_withdrawn_by_somebody",
            )
        ]
        indexes = [
            models.Index(
                fields=["publish_at"],
                condition=Q(published_at__isnull=True, withdrawn_at__isnull=True),
                name="announcement_waiting",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of those it is told to; the office has its own."""
        return reverse("worker_announcement", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        return self.published_at is None and self.withdrawn_at is None

    @property
    def whole(self) -> str:
        """Title and text as one piece, for pasting."""
        return f"【{self.title}】\n{self.text}"


class Place(models.Model):
    """One grid an announcement goes to, and who pasted it into the grid's group."""

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="places")
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="+", verbose_name=_("grid"))
    pasted_at = models.DateTimeField(_("pasted into the group"), null=True, blank=True)
    pasted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("grid of an announcement")
        verbose_name_plural = _("grids of announcements")
        constraints = [
            models.UniqueConstraint(fields=["announcement", "grid"], name="announcement_once_per_grid"),
            models.CheckConstraint(
                condition=Q(pasted_at__isnull=True, pasted_by__isnull=True)
                | Q(pasted_at__isnull=False, pasted_by__isnull=False),
                name="announcement_pasted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id} {self.grid_id}"


class Reader(models.Model):
    """Somebody it was told to, as they served the day it went out; `read_at` once they opened it."""

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="readers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        verbose_name = _("reader")
        verbose_name_plural = _("readers")
        constraints = [
            models.UniqueConstraint(fields=["announcement", "user"], name="announcement_once_per_reader")
        ]
        indexes = [models.Index(fields=["user", "-announcement"], name="announcement_mine")]

    def __str__(self) -> str:
        return f"{self.announcement_id} {self.user_id}"
