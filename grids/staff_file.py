"""Staff and their posts as one xlsx: judged row by row, then taken over whole or not at all.

One row is one post of one person; a person with several posts has several rows. The file's headings are
in the house's language. Nobody gives by file what `grids.access` would not let them give by hand.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from grids import access
from grids.models import Community, Department, Grid, Line, Post, Role, Street, User, today
from wangguan import journal
from wangguan.exchange.sheets import Line as Row
from wangguan.exchange.sheets import Sheet, check_file
from wangguan.refusals import Refused
from wangguan.workbook import Book

MOST = 1_000
"""Rows of one file: a street has some hundred posts."""
COLUMNS = {
    "username": gettext_lazy("user name"),
    "real_name": gettext_lazy("real name"),
    "phone": gettext_lazy("phone"),
    "email": gettext_lazy("email"),
    "sections": gettext_lazy("sections"),
    "role": gettext_lazy("role"),
    "unit": gettext_lazy("unit"),
    "starts_on": gettext_lazy("from"),
    "ends_on": gettext_lazy("last day"),
}
NEEDED = ("username", "real_name", "role")
_UNITS: dict[str, type[Any]] = {
    "grid": Grid,
    "community": Community,
    "street": Street,
    "department": Department,
}


@dataclass(frozen=True)
class Outcome:
    """What one row does, or why it does nothing."""

    line: int
    who: str
    says: str
    refused: bool = False


@dataclass
class Report:
    """What a file does: rows by what becomes of them, and the first passwords of new people."""

    outcomes: list[Outcome] = field(default_factory=list)
    people: int = 0
    posts: int = 0
    changed: int = 0
    passwords: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def refused(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.refused]

    @property
    def counts(self) -> tuple[int, int, int]:
        """People, posts and changes."""
        return self.people, self.posts, self.changed

    @property
    def does_something(self) -> bool:
        return bool(self.people or self.posts or self.changed)


class _Undo(Exception):
    """Ends the transaction of a trial."""


def headings() -> dict[str, str]:
    """Attribute → heading, as the file has it."""
    with override(settings.LANGUAGE_CODE):
        return {name: "".join(str(label).split()) for name, label in COLUMNS.items()}


def check(content: bytes, *, by: User) -> Report:
    """What taking the file over would do; nothing is kept.

    Raises:
        Refused: it cannot be read, or has too many rows.
    """
    report = Report()
    try:
        with transaction.atomic():
            report = _run(content, by)
            raise _Undo
    except _Undo:
        return report


def take_over(content: bytes, *, by: User, expected: Sequence[int]) -> Report:
    """Do it; `expected` are the people, posts and changes that the trial showed.

    Raises:
        Refused: a row is refused, or the register changed since the trial; nothing was written.
    """
    with transaction.atomic():
        report = _run(content, by)
        if report.refused:
            raise Refused(_("Some rows cannot be taken over; nothing was written."))
        if report.counts != tuple(expected):
            raise Refused(_("The numbers have changed meanwhile; please look at them again."))
        for username, password in report.passwords.items():
            user = User.objects.get(username=username)
            user.set_password(password)
            user.save(update_fields=["password"])
    return report


def template(people: Iterable[Post] = ()) -> bytes:
    """An empty file with its headings, or the posts given, in the layout that can be brought in again."""
    book = Book()
    with override(settings.LANGUAGE_CODE):
        page = book.sheet(_("Staff"), [14, 12, 14, 24, 20, 14, 24, 12, 12])
        page.head(headings().values())
        for post in people:
            page.row(_written(post))
    return book.save()


def passwords_file(passwords: Mapping[str, str]) -> bytes:
    """User names and first passwords, for handing out on paper or in person."""
    book = Book()
    with override(settings.LANGUAGE_CODE):
        page = book.sheet(_("First passwords"), [18, 18])
        page.head([headings()["username"], _("first password")])
        for username, password in passwords.items():
            page.row([username, password])
    return book.save()


def _written(post: Post) -> list[Any]:
    user = post.user
    sections = "、".join(str(Line(name).label) for name in user.sections)
    unit = getattr(post.unit, "code", "")
    role = str(Role(post.role).label)
    return [
        *(user.username, user.real_name, "", user.email, sections),
        *(role, unit, post.starts_on, post.ends_on),
    ]


def _run(content: bytes, by: User) -> Report:
    file = BytesIO(content)
    check_file(file, len(content))
    names = headings()
    sheet = Sheet(file, needed=[names[name] for name in NEEDED], known=list(names.values()))
    try:
        rows = list(_rows(sheet))
    finally:
        sheet.close()
    taking = _Taking(by)
    for row in rows:
        taking.row(row.number, {name: _text(row.cells.get(names[name])) for name in names})
    return taking.report


def _rows(sheet: Sheet) -> Iterator[Row]:
    for count, row in enumerate(sheet, start=1):
        if count > MOST:
            raise Refused(_("More than %(most)d rows. Please split the file.") % {"most": MOST})
        yield row


def _text(cell: Any) -> str:
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell if cell is not None else "").strip()


class _Taking:
    """One run over the rows; each is taken whole or refused, with a sentence."""

    def __init__(self, by: User) -> None:
        self.by = by
        self.report = Report()
        with override(settings.LANGUAGE_CODE):
            self.roles = {str(role.label): role for role in Role}
            self.lines = {str(line.label): line for line in Line}

    def row(self, number: int, given: dict[str, str]) -> None:
        before, passwords = self.report.counts, dict(self.report.passwords)
        try:
            with transaction.atomic():
                says, refused = self._take(given), False
        except (Refused, ValidationError) as error:
            says = error.sentence if isinstance(error, Refused) else "；".join(error.messages)
            refused, self.report.passwords = True, passwords
            self.report.people, self.report.posts, self.report.changed = before
        self.report.outcomes.append(Outcome(number, given["real_name"], str(says), refused))

    def _take(self, given: dict[str, str]) -> str:
        role = self._role(given["role"])
        unit = self._unit(role, given["unit"])
        grid = unit if isinstance(unit, Grid) else None
        if not access.may_fill(self.by, role=role, grid=grid):
            raise Refused(_("You may not give or end this post; ask somebody above."))
        user, said = self._user(given)
        return "；".join([*said, *self._post(user, role, unit, given)]) or _("Nothing changes.")

    def _role(self, typed: str) -> Role:
        if (role := self.roles.get(typed)) is None:
            offered = "、".join(self.roles)
            raise Refused(
                _("There is no post “%(typed)s”. Known: %(offered)s") % {"typed": typed, "offered": offered}
            )
        return role

    def _unit(self, role: Role, typed: str) -> Any:
        """The unit by code or name; none where the role needs none."""
        if not role.unit:
            return None
        model = _UNITS[role.unit]
        found = list(model.objects.filter(code=typed)[:1]) or list(model.objects.filter(name=typed)[:2])
        if len(found) != 1:
            raise Refused(_("No unit of this kind is called “%(typed)s”.") % {"typed": typed})
        return found[0]

    def _user(self, given: dict[str, str]) -> tuple[User, list[str]]:
        user = User.objects.filter(username=given["username"]).first()
        if user is None:
            return self._new(given), [_("new person")]
        if user.real_name != given["real_name"]:
            raise Refused(_("This user name belongs to somebody else."))
        return user, self._changes(user, given)

    def _new(self, given: dict[str, str]) -> User:
        if not access.has_perm(self.by, "grids.add_user"):
            raise Refused(_("You may not add people; ask the street."))
        user = User(username=given["username"], real_name=given["real_name"], **self._details(given))
        user.set_unusable_password()
        user.full_clean(exclude=["password"])
        user.save()
        self._note(user, journal.ADDITION)
        self.report.people += 1
        self.report.passwords[user.username] = secrets.token_urlsafe(9)
        return user

    def _changes(self, user: User, given: dict[str, str]) -> list[str]:
        """What the file says of somebody known; an empty cell says nothing."""
        details = {name: value for name, value in self._details(given).items() if value}
        changed = [name for name, value in details.items() if getattr(user, name) != value]
        if not changed:
            return []
        if not access.may_change_account(self.by, user):
            raise Refused(_("You may not change this account; ask somebody above."))
        for name in changed:
            setattr(user, name, details[name])
        user.full_clean(exclude=["password"])
        user.save(update_fields=changed)
        self.report.changed += 1
        said = _("changed: %(what)s") % {"what": "、".join(str(COLUMNS[name]) for name in changed)}
        self._note(user, journal.CHANGE, said)
        return [said]

    def _note(self, row: User | Post, flag: int, said: str = "") -> None:
        """In the admin's own history, kept only if the row of the file is."""
        came = _("Came in with a file")
        journal.note(self.by, [row], flag, f"{came}；{said}" if said else came)

    def _details(self, given: dict[str, str]) -> dict[str, Any]:
        written = [
            name for name in given["sections"].replace(",", "、").replace("，", "、").split("、") if name
        ]
        if wrong := [name for name in written if name not in self.lines]:
            raise Refused(_("There is no section “%(typed)s”.") % {"typed": wrong[0]})
        sections = [self.lines[name].value for name in written]
        return {"phone": given["phone"], "email": given["email"], "sections": sections}

    def _post(self, user: User, role: Role, unit: Any, given: dict[str, str]) -> list[str]:
        at = {role.unit: unit} if role.unit else {}
        starts_on, ends_on = _day(given["starts_on"]), _day(given["ends_on"])
        held = Post.objects.current().filter(user=user, role=role, **at).first()
        if held is None:
            post = Post(user=user, role=role, starts_on=starts_on or today(), ends_on=ends_on, **at)
            post.full_clean()
            post.save()
            self._note(post, journal.ADDITION)
            self.report.posts += 1
            return [_("new post")]
        if ends_on and held.ends_on != ends_on:
            held.ends_on = ends_on
            held.full_clean()
            held.save(update_fields=["ends_on"])
            self.report.changed += 1
            said = _("post ends on %(day)s") % {"day": ends_on.isoformat()}
            self._note(held, journal.CHANGE, said)
            return [said]
        return []


def _day(typed: str) -> date | None:
    if not typed:
        return None
    try:
        year, month, day = (int(part) for part in typed.replace("/", "-").replace(".", "-").split("-"))
        return date(year, month, day)
    except ValueError:
        raise Refused(_("“%(typed)s” is no day; write 2026-12-01.") % {"typed": typed}) from None
