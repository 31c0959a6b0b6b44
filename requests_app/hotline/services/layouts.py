"""Layouts of files: guessed from headings, told once by a person, known again."""

import hashlib
from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.models import User
from requests_app.hotline.models import HotlineRun, Layout
from requests_app.hotline.terms import GUESSES, NEEDED, USUAL_HOTLINE, Column
from wangguan.refusals import Refused


def key_of(headings: Sequence[str]) -> str:
    return hashlib.sha256("\x1f".join(headings).encode()).hexdigest()


def known(headings: Sequence[str]) -> Layout | None:
    """The layout that has just these headings, in this order."""
    return Layout.objects.filter(key=key_of(headings)).first()


def guess(headings: Sequence[str]) -> dict[str, Column]:
    """Heading → column, for the headings that hotlines are known to use."""
    found = {}
    for column, names in GUESSES.items():
        if name := next((name for name in names if name in headings), None):
            found[name] = column
    return found


def remember(
    run: HotlineRun,
    headings: list[str],
    *,
    name: str,
    columns: Mapping[str, Column],
    by: User,
    hotline: str = USUAL_HOTLINE,
) -> Layout:
    """Keep how this file's columns read, anew or changed, and put the run under it.

    Raises:
        Refused: a needed column has no heading, one has two, or the name is taken.
    """
    for column in Column:
        if list(columns.values()).count(column) > 1:
            raise Refused(_("“%(column)s” stands for two headings; choose one.") % {"column": column.label})
    missing = [str(column.label) for column in NEEDED if column not in columns.values()]
    if missing:
        raise Refused(
            _("Please say which headings these are: %(columns)s.") % {"columns": ", ".join(missing)}
        )
    values = {"name": name, "hotline": hotline, "headings": headings, "columns": dict(columns)}
    try:
        with transaction.atomic():
            layout, _new = Layout.objects.update_or_create(
                key=key_of(headings), defaults=values, create_defaults={**values, "made_by": by}
            )
    except IntegrityError as error:
        raise Refused(_("Another layout has this name."), field="name") from error
    HotlineRun.objects.filter(pk=run.pk).update(layout=layout)
    run.layout = layout
    return layout


def meaning(layout: Layout) -> dict[Column, int]:
    """At which place each column stands."""
    return {Column(column): layout.headings.index(name) for name, column in layout.columns.items()}


def heading_of(layout: Layout, column: Column) -> str:
    """What the file calls a column; our own word when it has none."""
    return next((name for name, own in layout.columns.items() if own == column), str(column.label))
