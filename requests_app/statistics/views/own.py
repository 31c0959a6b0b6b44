"""A person's own figures: of the matters in their charge, for nobody else's eyes."""

from django.urls import reverse

from grids.models import User
from requests_app.statistics import queries, read
from requests_app.statistics.forms import Asked
from requests_app.statistics.views.figures import Figures


class Own(Figures):
    """Nobody else's can be asked for: the person is who is signed in."""

    def __init__(self, asked: Asked, person: User, *, behind: str) -> None:
        """`behind`: the name of the page that shows the matters of a number."""
        earlier = asked.span.before(), asked.span.year_before()
        of_day = queries.own(person, (asked.span, *earlier))
        before, year_before = (read.total(of_day, span) for span in earlier)
        super().__init__(
            asked,
            read.pieces(of_day, asked.step, asked.span),
            before=before,
            year_before=year_before,
            behind=reverse(behind),
        )
