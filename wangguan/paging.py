"""Pages of long tables that never count all of their rows."""

from functools import cached_property
from typing import Any, cast

from django.core.paginator import Paginator
from django.db.models import QuerySet

MOST_COUNTED = 2_000


class CappedPaginator(Paginator):
    """Counts up to `MOST_COUNTED` rows and offers pages of those; whoever wants more narrows the list."""

    @cached_property
    def count(self) -> int:
        """How many rows there are, at most `MOST_COUNTED`."""
        rows = cast("QuerySet[Any]", self.object_list)
        return len(rows.order_by().values_list("pk")[:MOST_COUNTED])
