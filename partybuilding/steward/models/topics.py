"""What residents see of a topic before it is settled, which households second it, and whose matter it is."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from partybuilding.columns import staff
from partybuilding.meetings.models import Topic
from partybuilding.steward.models.voices import new_salt, voice_of
from partybuilding.steward.terms import Reserved
from wangguan import clock


class Shown(models.Model):
    """A topic as the estate's residents read it. Until `shown_at` only its own household does."""

    topic = models.OneToOneField(
        Topic, models.PROTECT, related_name="shown", verbose_name=_("topic on the table")
    )
    reserved = models.CharField(
        _("reserved to the owners"), max_length=12, choices=Reserved, blank=True, default=""
    )
    salt = models.CharField(max_length=64, default=new_salt, blank=True, editable=False)
    shown_at = models.DateTimeField(_("shown to residents"), null=True, blank=True)
    shown_by = staff(verbose_name=_("shown by"))

    class Meta:
        verbose_name = _("topic as residents see it")
        verbose_name_plural = _("topics as residents see them")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reserved__in=[*Reserved.values, ""]), name="steward_shown_reserved_known"
            )
        ]

    def __str__(self) -> str:
        return str(self.topic)

    def voice(self, household_id: int) -> str:
        """How this household's voice is called here; see `models.voices`."""
        return voice_of(self.salt, household_id)


class Backing(models.Model):
    """A household that seconds a topic; `Topic.support` keeps their number when these rows are gone."""

    shown = models.ForeignKey(Shown, models.CASCADE, related_name="backings")
    voice = models.CharField(max_length=64, editable=False)
    is_own = models.BooleanField(_("proposed it"), default=False)
    at = models.DateTimeField(_("at"), default=clock.now)

    class Meta:
        verbose_name = _("household that seconds a topic")
        verbose_name_plural = _("households that second topics")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["shown", "voice"], name="steward_backing_one_per_household")
        ]

    def __str__(self) -> str:
        return f"{self.shown_id}: {self.pk}"
