"""Codes of the demo: what each line of work called every grid before there was one network."""

from datetime import date

from grids.models import Grid, Line, LineCode

SINCE = date(2024, 1, 1)
# Line → how its own code of a grid begins, and what it called its grids.
CALLED = {
    Line.PARTY: ("DJ", "党建网格"),
    Line.ORDER: ("ZZ", "综治网格"),
    Line.CITY: ("CG", "城管责任片"),
    Line.LIVELIHOOD: ("MS", "民生网格"),
    Line.SAFETY: ("AQ", "安全网格"),
}


def load() -> str:
    """Write them where there are none; says how many there are."""
    if not LineCode.objects.exists():
        grids = list(Grid.objects.in_force().order_by("code"))
        LineCode.objects.bulk_create(
            LineCode(
                line=line,
                code=f"{begins}-{grid.code[9:12]}-{grid.code[12:]}",
                name=f"{called}{number}号",
                grid=grid,
                starts_on=SINCE,
            )
            for line, (begins, called) in CALLED.items()
            for number, grid in enumerate(grids, start=1)
        )
    return f"{LineCode.objects.count()} codes of the lines"
