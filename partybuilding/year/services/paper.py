"""The page of the year as a Word document."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from grids.models import Street
from partybuilding.year.chapters import CHAPTERS
from partybuilding.year.figures import Chapter, Column, Row, Span, Within, tables, text
from requests_app.reports.services import docx
from requests_app.reports.services.paper import Paper, Section, Table, in_the_house_language

NAME_WIDTH, COLUMN_WIDTH = 3, 2
"""Shares of the page's width."""


@in_the_house_language
def written(span: Span, within: Within) -> bytes:
    """The figures of these communities with their definitions, in the layout of official papers."""
    days = {"first": _day(span.first), "last": _day(span.last)}
    publisher = str(Street.objects.first() or "")
    title = _("Party building in %(year)d") % {"year": span.year}
    sections = [_section(*each) for each in tables(CHAPTERS, span, within)]
    return docx.write(Paper(title, [publisher, _("%(first)s to %(last)s") % days], sections, [], publisher))


def _day(day: date) -> str:
    return date_format(day, "Y年n月j日")


def _section(chapter: Chapter, rows: list[Row]) -> Section:
    shown = Table(
        "",
        [_("Community"), *(str(column.label) for column in chapter.columns)],
        [[row.name, *(text(value) for value in row.values)] for row in rows],
        (NAME_WIDTH, *(COLUMN_WIDTH for _column in chapter.columns)),
        has_total=len(rows) > 1,
    )
    return Section(str(chapter.label), [], [shown], after=[_defined(column) for column in chapter.columns])


def _defined(column: Column) -> str:
    return _("%(label)s: %(definition)s") % {"label": column.label, "definition": column.definition}
