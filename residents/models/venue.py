"""Small venues (九小场所), office buildings and shops, and what is looked at there (handbook §5)."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as BadNumber

from grids.models import Building, Grid
from residents.models.checks import known
from residents.queries import VenueQuerySet
from residents.terms import VenueKind
from wangguan.privacy import EncryptedTextField, mask_name, mask_phone


def check_credit_code(code: str) -> None:
    """Refuse a unified social credit code (GB 32100) whose check character is wrong.

    Raises:
        ValidationError: with a sentence for the form.
    """
    try:
        uscc.validate(code)
    except BadNumber as error:
        raise ValidationError(
            _("This is no unified social credit code; please check the 18 characters.")
        ) from error


class Venue(models.Model):
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=14, choices=VenueKind)
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="venues", verbose_name=_("grid"))
    building = models.ForeignKey(
        Building, models.PROTECT, null=True, blank=True, related_name="venues", verbose_name=_("building")
    )
    address = models.CharField(_("address"), max_length=200)
    size = models.DecimalField(
        _("size"),
        max_digits=8,
        decimal_places=1,
        null=True,
        blank=True,
        help_text=_("In the unit of its kind."),
    )
    operator = models.CharField(_("operator"), max_length=100, blank=True)
    contact_name = models.CharField(_("contact"), max_length=50, blank=True)
    contact_phone = EncryptedTextField(
        _("phone of the contact"),
        blank=True,
        default="",
        validators=[RegexValidator(r"^1[3-9]\d{9}$", _("Enter a mobile number of 11 digits."))],
    )
    staff = models.PositiveIntegerField(_("staff"), null=True, blank=True)
    licence = models.CharField(
        _("unified social credit code"), max_length=18, blank=True, validators=[check_credit_code]
    )
    licence_until = models.DateField(_("licence valid until"), null=True, blank=True)
    has_party_organisation = models.BooleanField(_("has a party organisation"), default=False)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    last_visit_on = models.DateField(_("last check"), null=True, blank=True, editable=False)
    next_visit_on = models.DateField(_("next check by"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = VenueQuerySet.as_manager()

    class Meta:
        verbose_name = _("venue")
        verbose_name_plural = _("venues")
        ordering = ["grid", "name"]
        constraints = [
            known("venue", "kind", VenueKind),
            models.CheckConstraint(
                condition=Q(size__isnull=True) | Q(size__gte=0), name="venue_size_not_negative"
            ),
            models.UniqueConstraint(
                fields=["grid", "name", "address"],
                condition=Q(closed_on__isnull=True),
                name="venue_once",
                violation_error_message=_("This venue is in the register already."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["grid", "next_visit_on"], condition=Q(closed_on__isnull=True), name="venue_due"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A venue past the size of its kind is no small venue: the fire service looks after it."""
        if self.building_id and self.grid_id and self.building and self.building.grid_id != self.grid_id:
            raise ValidationError({"building": _("The building lies in another grid.")})
        limit = VenueKind(self.kind).limit if self.kind in VenueKind.values else None
        if limit and self.size is not None and not limit.holds(float(self.size)):
            sentence = _(
                "Too large for a small venue of this kind (at most %(most)d %(unit)s). "
                "Enter it as other premises; the fire service checks it."
            )
            raise ValidationError({"size": sentence % {"most": limit.most, "unit": limit.unit.label}})

    @property
    def masked_contact(self) -> str:
        return mask_name(self.contact_name)

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.contact_phone)


class CheckItem(models.Model):
    """One line of the checklist of a kind of venue; an item out of use stays for what was checked with it."""

    kind = models.CharField(_("kind"), max_length=14, choices=VenueKind)
    words = models.CharField(_("what to look at"), max_length=200)
    category = models.CharField(
        _("kind of request"), max_length=8, help_text=_("Code of the kind that a failed item becomes.")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_used = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("item of a checklist")
        verbose_name_plural = _("checklists")
        ordering = ["kind", "order", "id"]
        constraints = [
            known("checkitem", "kind", VenueKind),
            models.UniqueConstraint(fields=["kind", "words"], name="checkitem_once"),
        ]

    def __str__(self) -> str:
        return self.words
