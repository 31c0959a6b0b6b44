"""A matter and its answer as a person released them for everybody to read."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.models import Community
from requests_app.models.category import Category
from requests_app.models.ticket import Ticket
from requests_app.queries import PublicationQuerySet
from wangguan import clock


class Publication(models.Model):
    """What everybody may read of a matter: the words as they were released, never the ticket's own.

    With its answer it stands on the board. One without is still open: other systems read it
    (`requests_app.open311`), the board waits for the answer.

    `pictures` are primary keys of the ticket's photos that may be shown. Community and category stand
    here too, so that the board is narrowed without its tickets. Migration 0007 indexes the pairs of
    characters of what was released, and of nothing else: nobody finds out by searching what was masked.
    """

    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="publication")
    community = models.ForeignKey(Community, models.PROTECT, null=True, related_name="+", db_index=False)
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="+", db_index=False)
    words = models.TextField(_("what happened"))
    answer = models.TextField(_("answer"), blank=True)
    place = models.CharField(_("place"), max_length=100, blank=True)
    pictures = ArrayField(models.BigIntegerField(), default=list, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("released by")
    )
    released_at = models.DateTimeField(_("released"), default=clock.now)
    taken_down_at = models.DateTimeField(_("taken down"), null=True, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["-released_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="publication_says_something"),
        ]
        indexes = [
            models.Index(
                fields=["-released_at", "-id"],
                condition=Q(taken_down_at__isnull=True),
                name="publication_shown",
            ),
            models.Index(
                fields=["community", "-released_at", "-id"],
                condition=Q(taken_down_at__isnull=True),
                name="publication_of_community",
            ),
        ]

    def __str__(self) -> str:
        return str(self.ticket)

    def get_absolute_url(self) -> str:
        return reverse("board_matter", args=[self.ticket.number])

    @property
    def is_released(self) -> bool:
        """Everybody may read it."""
        return self.taken_down_at is None

    @property
    def is_shown(self) -> bool:
        """It stands on the board."""
        return self.is_released and bool(self.answer)
