"""Columns and constraints that the tables of party building share."""

from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import Community

MOBILE = RegexValidator(r"^(1[3-9]\d{9})?$", _("Enter a mobile number of 11 digits."))
"""A mobile number, or nothing."""


def staff(**options: Any) -> Any:
    """Somebody of the staff who did something to the row; never searched by."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        **options,
    )


def community_or_street() -> Any:
    """The community that a row belongs to; None: the whole street."""
    return models.ForeignKey(
        Community,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("community"),
        help_text=_("Empty for what belongs to the whole street."),
    )


def known(column: str, choices: type[models.TextChoices], table: str) -> models.CheckConstraint:
    """The column holds one of these choices. `table` begins the constraint's name."""
    condition = Q(**{f"{column}__in": choices.values})
    return models.CheckConstraint(condition=condition, name=f"{table}_{column}_known")


def within(column: str, choices: type[models.TextChoices], table: str) -> models.CheckConstraint:
    """The array holds some of these choices, or none. `table` begins the constraint's name."""
    condition = Q(**{f"{column}__contained_by": choices.values})
    return models.CheckConstraint(condition=condition, name=f"{table}_{column}_known")
