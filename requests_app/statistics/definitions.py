"""What each figure means, in a sentence that stands beside it, and the matters behind it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Definition:
    """One figure.

    Attributes:
        name: the attribute of `Numbers` that has it.
        label: what it is called in a heading.
        sentence: how exactly it is counted.
        part, whole: for a rate, the measures whose matters stand above and below the line.
        measure: for a number, the measure whose matters are behind it.
        unit: what the number is of; empty for matters.
    """

    name: str
    label: str | Promise
    sentence: str | Promise
    part: str = ""
    whole: str = ""
    measure: str = ""
    unit: str | Promise = ""


THREE_RATES = (
    Definition(
        "response",
        _("Response rate"),
        _(
            "Of the matters told in these days: those whose resident was first contacted, or reached by an "
            "answer, within the limit to resolve; divided by all of them."
        ),
        part="contacted",
        whole="arrived",
    ),
    Definition(
        "resolution",
        _("Resolution rate"),
        _(
            "Of the matters told in these days: those whose resident last said “solved”; divided by those "
            "whose resident said anything. Who said nothing is not in it."
        ),
        part="solved",
        whole="said",
    ),
    Definition(
        "satisfaction",
        _("Satisfaction rate"),
        _(
            "Of the matters told in these days: those last marked 4 or 5; divided by those that were marked. "
            "Who gave no mark is not in it."
        ),
        part="satisfied",
        whole="marked",
    ),
)
MORE_RATES = (
    Definition(
        "completion",
        _("Completion rate"),
        _(
            "Of the matters whose limit ran out in these days: those that have their answer; divided by all "
            "of them. What is on hold or was withdrawn is not due."
        ),
        part="due_done",
        whole="due",
    ),
    Definition(
        "punctuality",
        _("On-time rate"),
        _(
            "Of the matters whose limit ran out in these days: those answered before it did; divided by all "
            "of them."
        ),
        part="on_time",
        whole="due",
    ),
)
COUNTS = (
    Definition(
        "arrived",
        _("Told"),
        _("Matters told in these days, complaints about staff left out."),
        measure="arrived",
    ),
    Definition(
        "resolved",
        _("Resolved"),
        _("Matters whose answer that stands was written in these days."),
        measure="resolved",
    ),
    Definition(
        "overdue",
        _("Overdue"),
        _(
            "Matters whose limit ran out in these days without an answer, whether they have one by now "
            "or not."
        ),
        measure="overdue",
    ),
    Definition(
        "silent",
        _("No word from the resident"),
        _("Told in these days and answered; the resident said nothing. Never counted as solved."),
        measure="silent",
    ),
    Definition(
        "repeats",
        _("Repeats"),
        _(
            "Told in these days by the same reporter, or of the same place, as a matter of the same category "
            "within the 30 days before."
        ),
        measure="repeats",
    ),
    Definition(
        "returned",
        _("Sent back"),
        _("How often a matter was sent back to the unit below in these days."),
        measure="returned",
    ),
    Definition(
        "reopened",
        _("Reopened"),
        _("How often a matter was reopened in these days."),
        measure="reopened",
    ),
)
HOURS = Definition(
    "mean_hours",
    _("Mean handling time"),
    _("Working hours from arrival to the answer, on average over the matters resolved in these days."),
    measure="resolved",
    unit=_("hours"),
)
PER_HEAD = Definition(
    "per_ten_thousand",
    _("Per 10,000 residents"),
    _("Matters told in these days for every 10,000 residents in the register who live there now."),
    measure="arrived",
)
MEASURES_OF_RATES = {
    "contacted": _("Contacted in time"),
    "said": _("The resident gave a verdict"),
    "solved": _("The resident said “solved”"),
    "marked": _("Marked by the resident"),
    "satisfied": _("Marked 4 or 5"),
    "due": _("The limit ran out"),
    "due_done": _("The limit ran out, answered"),
    "on_time": _("Answered in time"),
}
"""What the matters have in common that stand above or below the line of a rate, and in no count."""
DEFINITIONS: dict[str, Definition] = {
    definition.name: definition for definition in (*THREE_RATES, *MORE_RATES, *COUNTS, HOURS, PER_HEAD)
}


def measure_label(measure: str) -> str:
    """What the matters of a measure have in common."""
    return str(DEFINITIONS[measure].label if measure in DEFINITIONS else MEASURES_OF_RATES[measure])


def kin(measure: str) -> list[str]:
    """The measures above and below the same line as this one: the whole first, then its parts."""
    wholes = {d.part: d.whole for d in (*THREE_RATES, *MORE_RATES)}
    whole = wholes.get(measure, measure)
    return [whole, *(part for part, of in wholes.items() if of == whole)]
