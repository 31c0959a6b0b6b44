"""Users, the posts they hold, leave and duty.

What a user may see or do follows from the posts in force today, never from a stored flag.
All date spans include their last day.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from grids import access
from grids.models.territory import Community, Department, Grid, Street
from grids.roles import NEVER_ON_DUTY, ROLES_OF_UNIT, UNITS, Line, Role
from wangguan import clock
from wangguan.notify.choices import CHOICES
from wangguan.privacy import EncryptedTextField


def today() -> date:
    """The date in the street's time zone."""
    return timezone.localdate(clock.now())


def _role_fits_unit() -> Q:
    fits = Q()
    for unit, roles in ROLES_OF_UNIT.items():
        absent = {f"{other}__isnull": other != unit for other in UNITS}
        fits |= Q(role__in=[role.value for role in roles], **absent)
    return fits


def _days(starts: str = "starts_on", ends: str = "ends_on") -> Func:
    """The span of days as a database range, last day included; no end is for ever."""
    return Func(F(starts), F(ends), Value("[]"), function="daterange", output_field=DateRangeField())


def _check_days(starts_on: date | None, ends_on: date | None) -> None:
    """Said of the field, or validation would go on to build a range that PostgreSQL cannot."""
    if starts_on and ends_on and ends_on < starts_on:
        raise ValidationError({"ends_on": _("The last day lies before the first.")})


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """A saved user; without a password, one who cannot sign in until one is set."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(username, password, is_superuser=True, **fields)


class User(AbstractBaseUser):
    """Somebody who serves the street and signs in. Residents have no account."""

    username = models.CharField(
        _("user name"), max_length=150, unique=True, validators=[UnicodeUsernameValidator()]
    )
    real_name = models.CharField(_("real name"), max_length=50)
    phone = EncryptedTextField(
        _("phone"),
        blank=True,
        default="",
        validators=[RegexValidator(r"^1[3-9]\d{9}$", _("Enter a mobile number of 11 digits."))],
    )
    email = models.EmailField(_("email"), blank=True)
    sections = ArrayField(
        models.CharField(max_length=20, choices=Line.choices),
        verbose_name=_("sections"),
        default=list,
        blank=True,
        help_text=_("Lines of work that a section's staff answers for."),
    )
    told_by = ArrayField(
        models.CharField(max_length=20), verbose_name=_("told by"), null=True, blank=True, editable=False
    )
    """Choices of `wangguan.notify.choices`; None: never chose. Read with the person, in no statement more."""
    is_active = models.BooleanField(_("active"), default=True)
    is_superuser = models.BooleanField(
        _("superuser"), default=False, help_text=_("May do everything in the admin, whatever the posts.")
    )
    date_joined = models.DateTimeField(_("joined"), default=clock.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["real_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sections__contained_by=list(Line.values)), name="user_sections_known"
            ),
            models.CheckConstraint(
                condition=Q(told_by__isnull=True) | Q(told_by__contained_by=list(CHOICES)),
                name="user_told_by_known",
            ),
        ]

    _posts: tuple[date, list["Post"]] | None = None

    def __str__(self) -> str:
        return self.real_name or self.username

    @property
    def current_posts(self) -> list["Post"]:
        """Posts whose duties this user has today: their own, and those they deputise for.

        Kept on the instance for the day, with grid, community, street and department selected.
        """
        day = today()
        if self._posts is None or self._posts[0] != day:
            self._posts = (day, list(Post.objects.duties_of(self, day)))
        return self._posts[1]

    @property
    def watches(self) -> frozenset[int | None]:
        """Communities (keys) for which this user is on duty now; None among them: the whole street."""
        serving = (post for post in self.current_posts if post.role not in NEVER_ON_DUTY)
        return frozenset(key for post in serving for key in getattr(post, "watches", ()))

    @property
    def recorded_title(self) -> str:
        """The first of today's posts as an entry keeps it, in the house's language; never a name."""
        if not self.current_posts:
            return ""
        with override(settings.LANGUAGE_CODE):
            return self.current_posts[0].title

    def keep_posts(self, posts: list["Post"]) -> None:
        """Take these for today's posts without asking, where nobody's post changes (the demo's history)."""
        self._posts = (today(), posts)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        self._posts = None
        super().refresh_from_db(*args, **kwargs)

    @property
    def is_staff(self) -> bool:
        """Whether the admin's door opens: see `grids.access.may_open_admin`."""
        return access.may_open_admin(self)

    @property
    def keeps_codes(self) -> bool:
        """Whether there are QR codes for this person to print: see `grids.access.keeping`."""
        return bool(access.keeping(self))

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        return access.has_perm(self, perm)

    def has_perms(self, perms: list[str], obj: models.Model | None = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff

    def get_full_name(self) -> str:
        return self.real_name or self.username

    def get_short_name(self) -> str:
        return self.username


_IS_DUTY = """(
    grids_post.starts_on <= %s AND (grids_post.ends_on IS NULL OR grids_post.ends_on >= %s)
    AND (SELECT is_active FROM grids_user holder WHERE holder.id = grids_post.user_id)
    AND (grids_post.user_id = %s OR EXISTS (
        SELECT FROM grids_leave leave WHERE leave.post_id = grids_post.id AND leave.deputy_id = %s
        AND %s BETWEEN leave.starts_on AND leave.ends_on)))
"""
_WATCHES = """ARRAY(
    SELECT shift.community_id FROM grids_dutyshift shift
    WHERE shift.user_id = %s AND shift.starts_at <= %s AND shift.ends_at > %s ORDER BY shift.id)
"""
"""In SQL: every page of the staff asks both, and composing them took longer than the database's answer."""


class PostQuerySet(models.QuerySet["Post"]):
    def current(self, on: date | None = None) -> "PostQuerySet":
        """Posts in force on a day (today), of users who are active."""
        day = on or today()
        open_ended = Q(ends_on__isnull=True) | Q(ends_on__gte=day)
        return self.filter(open_ended, starts_on__lte=day, user__is_active=True)

    def overlapping(self, starts_on: date, ends_on: date | None) -> "PostQuerySet":
        """Posts in force on at least one day of a span; without an end, for ever."""
        begun = Q(starts_on__lte=ends_on) if ends_on else Q()
        return self.filter(begun, Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))

    def with_units(self) -> "PostQuerySet":
        """With everything that `Post.title` reads, the units' boundaries not among it."""
        units = self.select_related("grid__community", "community", "street", "department")
        return units.defer("grid__boundary", "grid__community__boundary", "community__boundary")

    def duties_of(self, user: User, on: date) -> "PostQuerySet":
        """Posts whose duties `user` has that day: held, or deputised for; with what they watch over now."""
        if not user.is_active:
            return self.none()
        now = clock.now()
        duty = RawSQL(_IS_DUTY, [on, on, user.pk, user.pk, on], output_field=models.BooleanField())
        watches = RawSQL(_WATCHES, [user.pk, now, now])
        return self.with_units().filter(duty).annotate(watches=watches).order_by("id")


class Post(models.Model):
    """One user, one role, one unit, from a day until a day."""

    user = models.ForeignKey(User, models.PROTECT, related_name="posts", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    grid = models.ForeignKey(
        Grid, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("grid")
    )
    community = models.ForeignKey(
        Community, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("community")
    )
    street = models.ForeignKey(
        Street, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("street")
    )
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("department")
    )
    starts_on = models.DateField(_("from"), default=today)
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=_role_fits_unit(),
                name="post_role_fits_unit",
                violation_error_message=_("This role needs exactly its own kind of unit."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="post_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
            ExclusionConstraint(
                name="post_one_leader_per_grid",
                expressions=[("grid", RangeOperators.EQUAL), (_days(), RangeOperators.OVERLAPS)],
                condition=Q(role=Role.GRID_LEADER),
                violation_error_message=_(
                    "This grid already has a leader in that time; end that post first."
                ),
            ),
            ExclusionConstraint(
                name="post_held_once",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (
                        # By the fields' names: Django replaces these, not the columns', when it validates.
                        Coalesce(
                            *("grid", "community", "street", "department", Value(0)),
                            output_field=models.BigIntegerField(),
                        ),
                        RangeOperators.EQUAL,
                    ),
                    (_days(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This person already holds this post in that time."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        _check_days(self.starts_on, self.ends_on)
        maximum = settings.POST_MAXIMA.get(self.role)
        # That a grid has one leader is the database's rule, with a sentence of its own.
        if not self.grid_id or maximum is None or self.role == Role.GRID_LEADER:
            return
        others = Post.objects.exclude(pk=self.pk).filter(grid=self.grid_id, role=self.role)
        if others.overlapping(self.starts_on, self.ends_on).count() >= maximum:
            full = _("This grid has as many of them in that time as the settings allow (%(maximum)d).")
            raise ValidationError({"role": full % {"maximum": maximum}})

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Nothing more is said until the role is right: Django cannot check a condition on a bad field."""
        if "role" not in (exclude or ()):
            super().validate_constraints(exclude=exclude)

    @property
    def unit(self) -> Grid | Community | Street | Department | None:
        """Where the post is held; None for an auditor."""
        return self.grid or self.community or self.street or self.department

    @property
    def title(self) -> str:
        """What residents read instead of a name: “九区社区第三网格 网格长”."""
        role = str(Role(self.role).label)
        return f"{self.unit} {role}" if self.unit else role


class LeaveQuerySet(models.QuerySet["Leave"]):
    def on(self, day: date) -> "LeaveQuerySet":
        """Leaves on that day whose deputy can act."""
        return self.filter(starts_on__lte=day, ends_on__gte=day, deputy__is_active=True)


class Leave(models.Model):
    """For these days, what would go to the holder of the post goes to the deputy."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="leaves", verbose_name=_("post"))
    deputy = models.ForeignKey(User, models.PROTECT, related_name="deputised", verbose_name=_("deputy"))
    starts_on = models.DateField(_("from"), default=today)
    ends_on = models.DateField(_("last day"))

    objects = LeaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="leave_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
            ExclusionConstraint(
                name="leave_one_deputy_at_a_time",
                expressions=[("post", RangeOperators.EQUAL), (_days(), RangeOperators.OVERLAPS)],
                violation_error_message=_("This post already has a deputy in that time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} → {self.deputy}"

    def clean(self) -> None:
        _check_days(self.starts_on, self.ends_on)
        if self.post_id and self.deputy_id == self.post.user_id:
            raise ValidationError({"deputy": _("The deputy is somebody else than the holder.")})


class DutyShiftQuerySet(models.QuerySet["DutyShift"]):
    def on(self, moment: datetime) -> "DutyShiftQuerySet":
        """Shifts that run at `moment`, of active users."""
        return self.filter(starts_at__lte=moment, ends_at__gt=moment, user__is_active=True)


class DutyShift(models.Model):
    """Who is on duty from a moment until another (exclusive), for a community or the whole street."""

    user = models.ForeignKey(User, models.PROTECT, related_name="duty_shifts", verbose_name=_("user"))
    community = models.ForeignKey(
        Community,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="duty_shifts",
        verbose_name=_("community"),
        help_text=_("Empty: the whole street."),
    )
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))

    objects = DutyShiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty shift")
        verbose_name_plural = _("duty roster")
        ordering = ["-starts_at", "id"]
        indexes = [models.Index(fields=["ends_at", "starts_at"], name="duty_shift_span")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="duty_shift_ends_after_start",
                violation_error_message=_("The shift ends before it starts."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"
