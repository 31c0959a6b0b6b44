"""Street → community → grid → building, the names people use, and the tokens on the doors.

Codes (domain handbook §1): street 9 digits, community 12, grid 15, each beginning with the
code of what it lies in; grid numbers 001–899 are residential, 901–999 dedicated.
Boundaries are GeoJSON geometries (Polygon or MultiPolygon) in WGS-84, longitude first.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, cast

import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import connection, models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids import boundaries
from wangguan import clock
from wangguan.privacy import EncryptedTextField

if TYPE_CHECKING:
    from grids.queries import Staffing

# Whoever keeps the territory in memory compares this stamp; see `TerritoryStamp`.
_RESTAMP = """
    INSERT INTO grids_territorystamp (id, stamp) VALUES (1, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE SET stamp = EXCLUDED.stamp;
    RETURN NULL;
"""


def restamp(name: str) -> pgtrigger.Trigger:
    """A trigger that renews the territory's stamp after any change to the table it stands on."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=_RESTAMP,
    )


def new_token() -> str:
    """128 random bits, URL-safe, 22 characters."""
    return secrets.token_urlsafe(16)


def _areas(rows: "models.QuerySet[Community] | models.QuerySet[Grid]") -> list[boundaries.Named]:
    """Names and areas of those rows that have a boundary."""
    bounded = rows.filter(boundary__isnull=False).values_list("name", "boundary")
    return [(name, boundaries.parse(boundary)) for name, boundary in bounded]


@contextmanager
def _as_form_error(field: str) -> Iterator[None]:
    """Show a bad boundary's sentence beside the form's field."""
    try:
        yield
    except boundaries.BadBoundary as error:
        raise ValidationError({field: str(error)}) from error


class GridKind(models.TextChoices):
    RESIDENTIAL = "residential", _("Residential grid")
    DEDICATED = "dedicated", _("Dedicated grid")

    @classmethod
    def of(cls, code: str) -> "GridKind | None":
        """The kind that a grid's number says: 001–899 residential, 901–999 dedicated, else none."""
        if code.endswith(("000", "900")):
            return None
        return cls.DEDICATED if code[12:13] == "9" else cls.RESIDENTIAL


class TerritoryStamp(models.Model):
    """One row whose stamp changes, by trigger, with every change to the territory.

    Written in the changing transaction, so a process that sees a new stamp also sees the new rows.
    """

    stamp = models.UUIDField()

    def __str__(self) -> str:
        return str(self.stamp)


class Street(models.Model):
    code = models.CharField(
        _("code"), max_length=9, unique=True, validators=[RegexValidator(r"^\d{9}$", _("9 digits."))]
    )
    name = models.CharField(_("name"), max_length=50)

    class Meta:
        verbose_name = _("street")
        verbose_name_plural = _("streets")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^\d{9}$"), name="street_code_9_digits")
        ]

    def __str__(self) -> str:
        return self.name


class Community(models.Model):
    code = models.CharField(
        _("code"), max_length=12, unique=True, validators=[RegexValidator(r"^\d{12}$", _("12 digits."))]
    )
    street = models.ForeignKey(Street, models.PROTECT, related_name="communities", verbose_name=_("street"))
    name = models.CharField(_("name"), max_length=50)
    boundary = models.JSONField(_("boundary"), null=True, blank=True)
    contact = models.CharField(_("public phone"), max_length=50, blank=True)

    class Meta:
        verbose_name = _("community")
        verbose_name_plural = _("communities")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^\d{12}$"), name="community_code_12_digits")
        ]
        triggers = [restamp("restamp_community")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.street_id and not self.code.startswith(self.street.code):
            raise ValidationError({"code": _("A community's code begins with the code of its street.")})
        if self.street_id and self.boundary:
            with _as_form_error("boundary"):
                area = boundaries.parse(self.boundary)
                boundaries.check_apart(area, neighbours=_areas(self.street.communities.exclude(pk=self.pk)))
                parts = _areas(self.grids.filter(ended_on__isnull=True)) if self.pk else []
                boundaries.check_holds(area, parts=parts)


class GridQuerySet(models.QuerySet["Grid"]):
    def vacancies(self, on: date | None = None) -> "list[Staffing]":
        """Posts of these grids that `settings.POST_MINIMA` asks for and nobody holds."""
        from grids.queries import staffing

        return [row for row in staffing(self, on=on) if row.missing]

    def in_force(self) -> "GridQuerySet":
        """Grids that serve today; those given up stay for what happened there, to be looked up."""
        return self.filter(ended_on__isnull=True)

    def named(self, code: str) -> "GridQuerySet":
        """The grid in force that this number names, or named once."""
        return self.in_force().filter(Q(code=code) | Q(aliases__code=code))

    def by_code(self, code: str) -> "Grid | None":
        """The grid that this number names, or named once: it leads to where its matters went."""
        return self.named(code).select_related("community").first()


class Grid(models.Model):
    code = models.CharField(
        _("code"), max_length=15, unique=True, validators=[RegexValidator(r"^\d{15}$", _("15 digits."))]
    )
    community = models.ForeignKey(
        Community, models.PROTECT, related_name="grids", verbose_name=_("community")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=GridKind.choices, default=GridKind.RESIDENTIAL)
    name = models.CharField(_("name"), max_length=50)
    planned_households = models.PositiveIntegerField(_("planned households"), null=True, blank=True)
    boundary = models.JSONField(_("boundary"), null=True, blank=True)
    wechat_group_name = models.CharField(_("WeChat group"), max_length=100, blank=True)
    wechat_group_owner = models.CharField(_("owner of the WeChat group"), max_length=50, blank=True)
    wechat_group_size = models.PositiveIntegerField(_("size of the WeChat group"), null=True, blank=True)
    wecom_robot_key = EncryptedTextField(_("key of the WeCom group robot"), blank=True, default="")
    ended_on = models.DateField(
        _("given up on"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Merged into another grid that day; it stays for what happened there."),
    )

    objects = GridQuerySet.as_manager()

    class Meta:
        verbose_name = _("grid")
        verbose_name_plural = _("grids")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=GridKind.RESIDENTIAL, code__regex=r"^\d{12}(?!000)[0-8]\d\d$")
                | Q(kind=GridKind.DEDICATED, code__regex=r"^\d{12}9(?!00)\d\d$"),
                name="grid_code_15_digits_of_kind",
                violation_error_message=_("Residential grids are numbered 001–899, dedicated ones 901–999."),
            )
        ]
        triggers = [restamp("restamp_grid")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.community_id and not self.code.startswith(self.community.code):
            raise ValidationError({"code": _("A grid's code begins with the code of its community.")})
        self._check_number_unused()
        if self.community_id and self.boundary:
            with _as_form_error("boundary"):
                area = boundaries.parse(self.boundary)
                if self.community.boundary:
                    whole = boundaries.parse(self.community.boundary)
                    boundaries.check_inside(area, container=(self.community.name, whole))
                others = self.community.grids.filter(ended_on__isnull=True).exclude(pk=self.pk)
                boundaries.check_apart(area, neighbours=_areas(others))

    def _check_number_unused(self) -> None:
        """A number that led to one grid is not given to another: old codes and papers would go astray."""
        from grids.models.reshaping import GridAlias

        if GridAlias.objects.filter(code=self.code).exclude(grid=self.pk).exists():
            raise ValidationError({"code": _("This number named another grid before; choose a free one.")})


class Estate(models.Model):
    name = models.CharField(_("name"), max_length=50)
    community = models.ForeignKey(
        Community, models.PROTECT, related_name="estates", verbose_name=_("community")
    )

    class Meta:
        verbose_name = _("estate")
        verbose_name_plural = _("estates")
        ordering = ["community", "name"]
        constraints = [
            models.UniqueConstraint(fields=["community", "name"], name="estate_once_per_community")
        ]
        triggers = [restamp("restamp_estate")]

    def __str__(self) -> str:
        return self.name


class Building(models.Model):
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="buildings", verbose_name=_("grid"))
    estate = models.ForeignKey(
        Estate, models.PROTECT, null=True, blank=True, related_name="buildings", verbose_name=_("estate")
    )
    name = models.CharField(_("name"), max_length=50)
    address = models.CharField(_("address"), max_length=100)
    entrances = models.PositiveSmallIntegerField(_("entrances"), default=1)
    latitude = models.FloatField(_("latitude"), null=True, blank=True, help_text=_("WGS-84 degrees"))
    longitude = models.FloatField(_("longitude"), null=True, blank=True, help_text=_("WGS-84 degrees"))

    class Meta:
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        ordering = ["grid", "name"]
        constraints = [
            models.UniqueConstraint(fields=["grid", "address"], name="building_address_once_per_grid"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False)
                & Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="building_point_whole",
            ),
        ]
        triggers = [restamp("restamp_building")]

    def __str__(self) -> str:
        return self.address

    def clean(self) -> None:
        if self.estate and self.grid_id and self.estate.community_id != self.grid.community_id:
            raise ValidationError({"estate": _("The estate lies in another community than the grid.")})
        if self.grid_id and self.grid.boundary and self.latitude is not None and self.longitude is not None:
            with _as_form_error("latitude"):
                whole = boundaries.parse(self.grid.boundary)
                boundaries.check_point(self.latitude, self.longitude, container=(self.grid.name, whole))


class Road(models.Model):
    """A road's name, for finding who answers along it; one that runs on has a row in each community."""

    name = models.CharField(_("name"), max_length=50)
    community = models.ForeignKey(
        Community, models.PROTECT, related_name="roads", verbose_name=_("community")
    )
    grid = models.ForeignKey(
        Grid,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="roads",
        verbose_name=_("grid"),
        help_text=_("Only when the whole road lies in one grid."),
    )

    class Meta:
        verbose_name = _("road")
        verbose_name_plural = _("roads")
        ordering = ["name", "community"]
        constraints = [models.UniqueConstraint(fields=["community", "name"], name="road_once_per_community")]
        triggers = [restamp("restamp_road")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.grid and self.grid.community_id != self.community_id:
            raise ValidationError({"grid": _("The grid lies in another community.")})


class Department(models.Model):
    """A district department (区直部门) that the street may whistle for."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=50)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class QRTokenQuerySet(models.QuerySet["QRToken"]):
    def in_force(self) -> "QRTokenQuerySet":
        """Codes that have not been revoked."""
        return self.filter(revoked_at__isnull=True)

    def with_place(self) -> "QRTokenQuerySet":
        """With the rows that say where the code hangs."""
        return self.select_related("building", "grid__community__street", "community__street")

    def of_community(self, community: "Community") -> "QRTokenQuerySet":
        """The community's own code and those of its grids and buildings, as one walks: unit by unit."""
        rows = self.filter(Q(community=community) | Q(grid__community=community))
        return rows.order_by(F("grid__code").asc(nulls_first=True), F("building").asc(nulls_first=True), "pk")

    def of_grid(self, grid: "Grid") -> "QRTokenQuerySet":
        """The grid's own code, then those of its buildings."""
        return self.filter(grid=grid).order_by(F("building").asc(nulls_first=True), "pk")

    def count_scan(self, token: str) -> None:
        """Note that somebody came through this code, in all and today; who, is kept nowhere."""
        self.filter(token=token).update(scans=F("scans") + 1)
        ScanDay.count(token)


class QRToken(models.Model):
    """The opaque, revocable text in a QR code at a door; it names no address.

    It stands for a building, for a grid, or for a community as a whole: at the gate of the service
    centre nobody knows yet in which grid the matter lies.
    """

    token = models.CharField(_("token"), max_length=64, unique=True, default=new_token, editable=False)
    community = models.ForeignKey(
        Community,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="qr_tokens",
        verbose_name=_("community"),
        help_text=_("Only for a code of the whole community; otherwise choose a grid."),
    )
    grid = models.ForeignKey(
        Grid, models.PROTECT, null=True, blank=True, related_name="qr_tokens", verbose_name=_("grid")
    )
    building = models.ForeignKey(
        Building, models.PROTECT, null=True, blank=True, related_name="qr_tokens", verbose_name=_("building")
    )
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    scans = models.PositiveIntegerField(_("scans"), default=0, editable=False)

    objects = QRTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("QR code")
        verbose_name_plural = _("QR codes")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(grid__isnull=False, community__isnull=True)
                | Q(grid__isnull=True, community__isnull=False, building__isnull=True),
                name="qrtoken_grid_or_community",
                violation_error_message=_("A code is for one grid or for a whole community, not both."),
            )
        ]

    def __str__(self) -> str:
        return str(self.building or self.grid or self.community)

    @property
    def within(self) -> Community:
        """The community that the code lies in, or stands for."""
        return self.grid.community if self.grid else cast(Community, self.community)

    @property
    def address(self) -> str:
        """What the camera reads: the way into the form."""
        return f"{settings.SITE_URL}/q/{self.token}/"

    def clean(self) -> None:
        if self.building and self.grid_id and self.building.grid_id != self.grid_id:
            raise ValidationError({"building": _("The building lies in another grid.")})


class ScanDay(models.Model):
    """How often one code was scanned on one day; nothing about who, with what, or when that day."""

    code = models.ForeignKey(QRToken, models.CASCADE, related_name="scan_days", verbose_name=_("QR code"))
    day = models.DateField(_("day"))
    scans = models.PositiveIntegerField(_("scans"))

    class Meta:
        verbose_name = _("scans of a day")
        verbose_name_plural = _("scans by day")
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["code", "day"], name="scanday_once_per_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.scans}"

    @classmethod
    def count(cls, token: str) -> None:
        """One more today, in one statement, so that two phones at once are two."""
        with connection.cursor() as cursor:
            cursor.execute(_COUNT_TODAY, [timezone.localdate(clock.now()), token])


_COUNT_TODAY = """
    INSERT INTO grids_scanday (code_id, day, scans) SELECT id, %s, 1 FROM grids_qrtoken WHERE token = %s
    ON CONFLICT (code_id, day) DO UPDATE SET scans = grids_scanday.scans + 1
"""
