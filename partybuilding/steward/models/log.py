"""What the property company did (日常服务), and what it plans together with others (主题服务)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import today
from partybuilding import pictures
from partybuilding.columns import known, staff
from partybuilding.steward.models.steward import Steward
from partybuilding.steward.terms import NAME_MAX, WORDS_MAX, Sort
from wangguan import clock


class ServiceEntry(models.Model):
    """One service of a day. A theme service may be planned for a day ahead."""

    steward = models.ForeignKey(Steward, models.PROTECT, related_name="services", verbose_name=_("estate"))
    sort = models.CharField(_("service"), max_length=12, choices=Sort)
    day = models.DateField(_("day"), default=today)
    words = models.CharField(_("what has been done"), max_length=WORDS_MAX)
    joined_by = models.CharField(
        _("who joins in"), max_length=NAME_MAX, blank=True, help_text=_("Units, teams or shops; no names.")
    )
    by_firm = models.BooleanField(_("entered by the property company"), default=False)
    made_by = staff(verbose_name=_("entered by"))
    made_at = models.DateTimeField(_("entered"), default=clock.now, editable=False)
    form_id = models.UUIDField(unique=True, editable=False)

    class Meta:
        verbose_name = _("service of the property company")
        verbose_name_plural = _("services of the property company")
        ordering = ["-day", "-id"]
        constraints = [
            known("sort", Sort, "steward_service"),
            models.CheckConstraint(
                condition=Q(by_firm=True, made_by__isnull=True) | Q(by_firm=False, made_by__isnull=False),
                name="steward_service_by_one",
            ),
            models.CheckConstraint(
                condition=Q(sort=Sort.THEME) | Q(joined_by=""), name="steward_service_joined_is_theme"
            ),
        ]
        indexes = [models.Index(fields=["steward", "-day", "-id"], name="steward_service_list")]

    def __str__(self) -> str:
        return f"{self.day}: {self.get_sort_display()}"

    @property
    def is_ahead(self) -> bool:
        """Planned; its day has not come."""
        return self.day > today()


class ServicePicture(pictures.Kept):
    """A picture of a service."""

    entry = models.ForeignKey(ServiceEntry, models.PROTECT, related_name="pictures")

    class Meta:
        verbose_name = _("picture of a service")
        verbose_name_plural = _("pictures of services")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.pk}"
