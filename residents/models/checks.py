"""Constraints that every table of the room has."""

from django.db import models
from django.db.models import Q


def known(
    table: str, column: str, choices: type[models.TextChoices], *, blank: bool = False
) -> models.CheckConstraint:
    """The column holds one of its choices (or nothing, with `blank`)."""
    values = [*choices.values, ""] if blank else choices.values
    return models.CheckConstraint(condition=Q(**{f"{column}__in": values}), name=f"{table}_{column}_known")
