"""What stands in a report, once for the page, the document and the workbook: headings, sentences, tables.

Words are in the house's language, whoever reads: a report is a paper of the street.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from requests_app.figures import FEWEST
from requests_app.reports.models import Report
from requests_app.reports.services import cases
from requests_app.reports.services.contents import CALLED, RATES, UNIT_COUNTS, Data
from requests_app.reports.terms import Form, Kind
from requests_app.statistics.definitions import DEFINITIONS

P = ParamSpec("P")
R = TypeVar("R")
NOTHING = "—"
NOTED = (
    *("arrived", "resolved", "completion", "punctuality", "overdue", "mean_hours"),
    *("returned", "reopened", "repeats", "response", "resolution", "satisfaction", "silent"),
)
"""Figures whose meaning stands at the end, in the order of their numbers."""


@dataclass(frozen=True)
class Share:
    """A rate in a cell: `part` is None where small numbers forbid to tell it."""

    part: int | None
    whole: int
    counts: bool = False
    """Whether part and whole are told beside the percentage."""

    @property
    def value(self) -> float | None:
        """0 to 1; None when it is not told."""
        return None if self.part is None or self.whole < FEWEST else self.part / self.whole

    def __str__(self) -> str:
        if self.whole == 0:
            return NOTHING
        if self.whole < FEWEST:
            return _("too few")
        if self.value is None:
            return _("not told")
        return f"{self.value:.1%} ({self.part}/{self.whole})" if self.counts else f"{self.value:.1%}"


@dataclass(frozen=True)
class Noted:
    """A label with the number of the note that says exactly what it means."""

    text: str
    note: int

    def __str__(self) -> str:
        return self.text


Cell = str | int | float | Share | Noted | None


@dataclass(frozen=True)
class Table:
    """`widths` are shares of the page's width; the last row is a total where `has_total`."""

    title: str
    head: list[str | Noted]
    rows: list[list[Cell]]
    widths: tuple[int, ...]
    has_total: bool = False
    empty: str = ""


@dataclass(frozen=True)
class Case:
    title: str
    words: str
    answer: str


@dataclass(frozen=True)
class Section:
    heading: str
    words: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    """Small print below the tables."""


@dataclass(frozen=True)
class Paper:
    title: str
    under: list[str]
    """Lines below the title: number, span, of when the figures are, what it corrects."""
    sections: list[Section]
    notes: list[str]
    publisher: str


def in_the_house_language(function: Callable[P, R]) -> Callable[P, R]:
    @wraps(function)
    def spoken(*args: P.args, **options: P.kwargs) -> R:
        with override(settings.LANGUAGE_CODE):
            return function(*args, **options)

    return spoken


# --- names ---------------------------------------------------------------------------------
@in_the_house_language
def name(report: Report) -> str:
    """王官庄街道网格治理周报"""
    patterns = {
        Kind.DAILY: _("%(unit)s: daily report on grid governance"),
        Kind.WEEKLY: _("%(unit)s: weekly report on grid governance"),
        Kind.MONTHLY: _("%(unit)s: monthly report on grid governance"),
    }
    return patterns[Kind(report.kind)] % {"unit": report.data.get("about", {}).get("unit", "")}


@in_the_house_language
def numbered(report: Report) -> str:
    """2026年第47期, with a word for drafts and corrections."""
    if report.number is None:
        said = _("Draft")
    else:
        said = _("No. %(number)d of %(year)d") % {"number": report.number, "year": report.last.year}
    return f"{said} ({_('corrected')})" if report.edition > 1 else said


@in_the_house_language
def titled(report: Report) -> str:
    return f"{name(report)} {numbered(report)}"


@in_the_house_language
def file_name(report: Report, form: Form) -> str:
    """What the file is called where it is saved."""
    days = report.first.isoformat() if report.first == report.last else f"{report.first}_{report.last}"
    return f"{name(report)}_{days}.{form}".replace(" ", "-").replace(":", "")


@in_the_house_language
def letter(report: Report, link: str) -> str:
    """The words of the mail that brings it."""
    said = _("%(title)s is attached, as a document and as a workbook.") % {"title": titled(report)}
    return f"{said}\n\n{_('In the portal: %(link)s') % {'link': link}}\n"


def days(first: date, last: date) -> str:
    """2026年3月2日 – 3月8日: the year once, where it is the same."""
    begin = date_format(first, _("F j, Y"))
    if first == last:
        return begin
    return f"{begin} – {date_format(last, _('F j') if first.year == last.year else _('F j, Y'))}"


def _moment(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{date_format(local, _('F j, Y'))} {local:%H:%M}"


# --- the whole -----------------------------------------------------------------------------
@in_the_house_language
def build(report: Report) -> Paper:
    """The whole of a counted report; cases as kept when it was issued, of a draft as the board has them."""
    data = report.data
    shown = data["cases"] if report.is_issued else cases.kept(cases.chosen(report))
    parts = [
        _Part(_("Overview"), words=_overview(report), tables=[_counts(data)]),
        _Part(_("The three rates"), tables=[_rates(data)], after=_silent(data)),
        _Part(_("Where requests came from"), tables=[_sources(data)]),
        _Part(_("What they were about"), tables=[_categories(data)]),
        _Part(_("Units"), tables=[_units(data)], after=[_by_code()]),
        _Part(_("Whistles and supervision"), words=_supervision(data), tables=[_whistles(data)]),
        _Part(_("Typical cases"), cases=[_case(row) for row in shown], if_empty=_("None were released.")),
        _Part(_("Open and overdue"), words=_open(report), tables=[_overdue(data)], after=_more_overdue(data)),
        _Part(_("Editor's note"), words=_paragraphs(report.remark), may_be_missing=True),
        _Part(_("What comes next"), words=_paragraphs(report.plan), may_be_missing=True),
    ]
    filled = [part for part in parts if not (part.may_be_missing and not part.words)]
    sections = [part.section(number) for number, part in enumerate(filled)]
    return Paper(name(report), _under(report), sections, definitions(), str(data["about"]["unit"]))


@dataclass(frozen=True)
class _Part:
    heading: str
    words: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    if_empty: str = ""
    may_be_missing: bool = False

    def section(self, number: int) -> Section:
        empty = not (self.words or self.tables or self.cases)
        words = [self.if_empty] if empty and self.if_empty else self.words
        return Section(f"{_numeral(number)}{self.heading}", words, self.tables, self.cases, self.after)


def _numeral(number: int) -> str:
    signs = (
        _("I. "),
        _("II. "),
        _("III. "),
        _("IV. "),
        _("V. "),
        _("VI. "),
        _("VII. "),
        _("VIII. "),
        _("IX. "),
        _("X. "),
    )
    return signs[number]


def _under(report: Report) -> list[str]:
    lines = [numbered(report), days(report.first, report.last)]
    if report.as_of:
        lines.append(_("Figures as of %(when)s") % {"when": _moment(report.as_of)})
    if report.corrects:
        lines.append(
            _("Replaces edition %(edition)d, issued %(when)s: %(why)s")
            % {
                "edition": report.corrects.edition,
                "when": _moment(report.corrects.issued_at) if report.corrects.issued_at else NOTHING,
                "why": report.why_corrected,
            }
        )
    return lines


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


# --- overview ------------------------------------------------------------------------------
def _overview(report: Report) -> list[str]:
    totals = report.data["totals"]
    now, before, last_year = totals["now"], totals["before"], totals["year_before"]
    words = [
        _("%(arrived)d requests were told, %(compared)s, and %(year)s. %(resolved)d were resolved.")
        % {
            "arrived": now["counts"]["arrived"],
            "compared": _compared(now, before, _("the span before")),
            "year": _compared(now, last_year, _("the year before")),
            "resolved": now["counts"]["resolved"],
        }
    ]
    if (share := _share(now, "punctuality")).value is not None:
        words.append(
            _("%(due)d fell due; %(share)s of them were resolved in time.")
            % {"due": now["counts"]["due"], "share": f"{share.value:.1%}"}
        )
    return words


def _compared(now: Data, other: Data, what: str) -> str:
    told, earlier = now["counts"]["arrived"], other["counts"]["arrived"]
    values = {"what": what, "number": abs(told - earlier)}
    if not earlier:
        return _("%(what)s has nothing to compare with") % values
    if told == earlier:
        return _("as many as in %(what)s") % values
    values["percent"] = f"{abs(told - earlier) / earlier:.1%}"
    if told > earlier:
        return _("%(number)d (%(percent)s) more than in %(what)s") % values
    return _("%(number)d (%(percent)s) fewer than in %(what)s") % values


def _share(total: Data, rate: str, *, counts: bool = False) -> Share:
    return Share(total["rates"][rate]["part"], total["rates"][rate]["whole"], counts)


def _spans_head(data: Data) -> list[str | Noted]:
    shown = [
        days(*(date.fromisoformat(day) for day in data["about"]["spans"][span])) for span in data["totals"]
    ]
    return [_("Figure"), *(f"{title}\n{span}" for title, span in zip(_span_names(), shown, strict=True))]


def _span_names() -> tuple[str, str, str]:
    return _("This span"), _("The span before"), _("The year before")


def _counts(data: Data) -> Table:
    totals = list(data["totals"].values())
    rows: list[list[Cell]] = [_count_row(name, totals) for name in ("arrived", "resolved")]
    rows.append([_("Fallen due"), *(total["counts"]["due"] for total in totals)])
    rows += [_rate_row(name, totals) for name in ("completion", "punctuality")]
    rows.append([_noted("overdue"), *(_told_or_not(total["overdue"]) for total in totals)])
    rows.append([_noted("mean_hours"), *(total["hours"] for total in totals)])
    rows += [_count_row(name, totals) for name in ("returned", "reopened", "repeats")]
    return Table(_("Totals"), _spans_head(data), rows, (28, 24, 24, 24))


def _rates(data: Data) -> Table:
    totals = list(data["totals"].values())
    rows = [_rate_row(name, totals) for name in ("response", "resolution", "satisfaction")]
    rows.append(_count_row("silent", totals))
    return Table(_("The three rates"), _spans_head(data), rows, (28, 24, 24, 24))


def _count_row(name: str, totals: list[Data]) -> list[Cell]:
    return [_noted(name), *(total["counts"][name] for total in totals)]


def _rate_row(name: str, totals: list[Data]) -> list[Cell]:
    return [_noted(name), *(_share(total, name, counts=True) for total in totals)]


def _told_or_not(count: int | None) -> Cell:
    return _("not told") if count is None else count


def _silent(data: Data) -> list[str]:
    counts = data["totals"]["now"]["counts"]
    said = _(
        "%(said)d residents said whether it was solved, %(silent)d have an answer and said nothing: they are "
        "counted neither as solved nor as unsolved. Rates of fewer than %(fewest)d are not shown."
    )
    return [said % {"said": counts["said"], "silent": counts["silent"], "fewest": FEWEST}]


# --- tables --------------------------------------------------------------------------------
def _sources(data: Data) -> Table:
    rows = [row for row in data["sources"] if row["now"] or row["before"]]
    head: list[str | Noted] = [_("Source"), _("Requests told"), _("Share"), _("The span before")]
    return Table(_("By source"), head, _told(rows, data), (40, 20, 20, 20), empty=_("Nothing was told."))


def _categories(data: Data) -> Table:
    head: list[str | Noted] = [_("Category"), _("Requests told"), _("Share"), _("The span before")]
    rows = _told(data["categories"], data)
    return Table(_("Top ten categories"), head, rows, (40, 20, 20, 20), empty=_("Nothing was told."))


def _told(rows: Iterable[Data], data: Data) -> list[list[Cell]]:
    whole = data["totals"]["now"]["counts"]["arrived"]
    return [[row["label"], row["now"], _of(row["now"], whole), row["before"]] for row in rows]


def _of(part: int, whole: int) -> Share | None:
    return Share(part, whole) if whole >= FEWEST else None


def _units(data: Data) -> Table:
    head: list[str | Noted] = [_("Unit"), *(_noted(name) for name in (*UNIT_COUNTS, *RATES))]
    rows = [[unit["label"], *_unit_cells(unit)] for unit in data["units"]]
    rows.append([_("Total"), *_unit_cells(data["totals"]["now"])])
    return Table(_("By unit"), head, rows, (20, 8, 8, 8, 11, 11, 11, 11, 12), has_total=True)


def _supervision(data: Data) -> list[str]:
    said = _(
        "%(opened)d cases of supervision were opened; %(answered)d have an answer, %(in_time)d of them "
        "in time."
    )
    return [said % data["supervision"]]


def _whistles(data: Data) -> Table:
    """By the code of the department, no ranking."""
    head: list[str | Noted] = [
        _("Department"),
        _("Called"),
        _("In time"),
        _("Late"),
        _("Missing"),
        _("Concluded"),
        _("Mean rating"),
    ]
    rows = [[*(row[name] for name in CALLED[:-1]), _rating(row)] for row in data["whistles"]]
    return Table(
        _("Whistles"), head, rows, (28, 12, 12, 12, 12, 12, 12), empty=_("No department was called.")
    )


def _rating(row: Data) -> Cell:
    """Of 1 to 5; a dash where too few rated, or the report was made before ratings stood in it."""
    return NOTHING if row.get("mean") is None else f"{row['mean']:.1f}"


def _unit_cells(unit: Data) -> list[Cell]:
    return [*(unit["counts"][key] for key in UNIT_COUNTS), *(_share(unit, rate) for rate in RATES)]


def _by_code() -> str:
    return _(
        "Units stand in the order of their codes; this is no ranking. Rates of fewer than %(fewest)d are not "
        "shown, nor is a further one where the hidden could be computed from the rest."
    ) % {"fewest": FEWEST}


def _case(row: Data) -> Case:
    place = " · ".join(piece for piece in (row["community"], row["category"], row["place"]) if piece)
    return Case(place, row["words"], row["answer"])


def _open(report: Report) -> list[str]:
    levels = report.data["open"]
    if report.made_at is None:
        return []
    return [
        _("When counted (%(when)s), %(open)d requests were open, %(overdue)d of them past a deadline.")
        % {
            "when": _moment(report.made_at),
            "open": sum(row["open"] for row in levels),
            "overdue": sum(row["overdue"] for row in levels),
        }
    ]


def _overdue(data: Data) -> Table:
    head: list[str | Noted] = [_("Number"), _("Category"), _("Unit"), _("Deadline"), _("Late by")]
    rows: list[list[Cell]] = [
        [
            row["number"],
            row["category"] or _("Without a category"),
            row["unit"],
            f"{datetime.fromisoformat(row['due']):%Y-%m-%d %H:%M}",
            _late(row["hours"]),
        ]
        for row in data["overdue"]
    ]
    return Table(_("Overdue"), head, rows, (25, 18, 23, 19, 15), empty=_("Nothing is overdue."))


def _late(hours: int) -> str:
    whole, rest = divmod(hours, 24)
    if whole:
        return _("%(days)d d %(hours)d h") % {"days": whole, "hours": rest}
    return _("%(hours)d h") % {"hours": rest}


def _more_overdue(data: Data) -> list[str]:
    more = sum(row["overdue"] for row in data["open"]) - len(data["overdue"])
    return [_("And %(more)d more, less long overdue.") % {"more": more}] if more > 0 else []


# --- notes ---------------------------------------------------------------------------------
def definitions() -> list[str]:
    """What each figure means, in the order of the numbers beside them, as the statistics say it."""
    return [f"{_label(name)}: {DEFINITIONS[name].sentence}" for name in NOTED]


def _noted(name: str) -> Noted:
    return Noted(_label(name), NOTED.index(name) + 1)


def _label(name: str) -> str:
    return _("Requests told") if name == "arrived" else str(DEFINITIONS[name].label)


def plain(cells: Iterable[Any]) -> list[str]:
    """Cells as they are read, for the page and the document."""
    return [NOTHING if cell is None else str(cell) for cell in cells]
