"""One network (一网统筹): what every line of work has in one grid, on one page.

Rooms above register what they know; nothing here says a resident's name.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from grids.models import Grid, LineCode, Post, Role, User, today
from grids.roles import Line

BY_SECTION = frozenset({Role.GRID_INSTRUCTOR, Role.SERVICE_SPECIALIST})
"""Posts whose holders answer for lines of their own; the others serve every line."""


@dataclass(frozen=True)
class Fact:
    """One figure of a grid: what, how many, and where it is read whole."""

    label: str | Promise
    number: int
    url: str = ""


@dataclass(frozen=True)
class Strand:
    """What one room knows of a grid for one line; an empty `line` is said of every line at once."""

    title: str | Promise
    facts: list[Fact]
    line: str = ""
    rows: list[tuple[str, str, str]] = field(default_factory=list)
    """The newest few: words, more words, address."""


Source = Callable[[Grid, User], Iterable[Strand]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Offer what a room knows of a grid; called once in `AppConfig.ready`. A fixed number of queries."""
    if source not in _sources:
        _sources.append(source)


@dataclass
class Thread:
    """One line of work in one grid."""

    line: str
    label: str
    staff: list[str]
    codes: list[str]
    strands: list[Strand]


@dataclass
class Network:
    threads: list[Thread]
    staff: list[str]
    strands: list[Strand]


def of(grid: Grid, user: User) -> Network:
    """Everything that this reader may know of a grid, line by line."""
    found = [strand for source in _sources for strand in source(grid, user)]
    posts = list(Post.objects.current().filter(grid=grid).select_related("user").order_by("role", "pk"))
    codes = list(LineCode.objects.filter(grid=grid, starts_on__lte=today()).exclude(ends_on__lt=today()))
    threads = [
        Thread(
            line.value,
            str(line.label),
            [_named(post) for post in posts if line in _lines(post)],
            [f"{row.code} {row.name}".strip() for row in codes if row.line == line],
            [strand for strand in found if strand.line == line],
        )
        for line in Line
    ]
    everywhere = [_named(post) for post in posts if not _lines(post)]
    return Network(threads, everywhere, [strand for strand in found if not strand.line])


def _named(post: Post) -> str:
    return _("%(who)s, %(role)s") % {"who": post.user, "role": post.get_role_display()}


def _lines(post: Post) -> list[str]:
    return post.user.sections if post.role in BY_SECTION else []
