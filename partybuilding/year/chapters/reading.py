"""How a chapter counts rows: of which communities, by unit, in one statement."""

from typing import Any

from django.db.models import QuerySet

from partybuilding.year.figures import Values, Within


def near(rows: QuerySet[Any], within: Within, path: str = "community") -> QuerySet[Any]:
    """Rows of these communities; of all, and of the street, where `within` is None."""
    return rows if within is None else rows.filter(**{f"{path}__in": within})


def counted(rows: QuerySet[Any], path: str = "community", **sums: Any) -> dict[int | None, Values]:
    """Unit → the aggregates in their order. One statement."""
    found = rows.order_by().values_list(path).annotate(**sums)
    return {unit: tuple(values) for unit, *values in found}
