"""Short ways to a counted and to an issued report."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from grids.models import User
from requests_app.models import Publication
from requests_app.reports.models import Recipient, Report
from requests_app.reports.services import editing, making
from requests_app.reports.terms import Kind
from requests_app.services import publishing
from requests_app.services.publishing import Text
from requests_app.statistics.services import roll
from tests.cast import Cast
from tests.requests_app.matters import answered, told
from wangguan import clock

MONDAY = datetime(2026, 3, 9, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
"""The week from 2 to 8 March 2026 is over."""
IN_THE_WEEK = MONDAY - timedelta(days=4)


def matters(cast: Cast, *, number: int = 3, at: datetime = IN_THE_WEEK, **fields: Any) -> None:
    """So many told in the week."""
    with clock.at(at):
        for _ in range(number):
            told(cast, **fields)


def released(
    cast: Cast, *, words: str = "楼道灯不亮，老人看不清。", at: datetime = IN_THE_WEEK
) -> Publication:
    """One answered in the week that stands on the board."""
    with clock.at(at):
        ticket = answered(cast, may_publish=True)
        text = Text(words=words, answer="灯已经换好。", place="九区3号楼")
        return publishing.release(ticket, by=cast.community, text=text)


def counted(by: User, *, kind: Kind = Kind.WEEKLY) -> Report:
    """The last week's draft, as the worker counts it."""
    roll()
    report = making.ask(kind, kind.span(clock.now().date()).before().first, by=by)
    assert report.asked_at
    assert making.count(report.pk, report.asked_at.isoformat())
    report.refresh_from_db()
    return report


def issued(by: User, **options: Any) -> Report:
    report = counted(by, **options)
    return editing.issue(report, by=by, revision=report.revision, made_at=report.made_at)


def recipient(name: str = "党政办", **fields: Any) -> Recipient:
    values = {"email": f"{name}@example.org", "kinds": list(Kind.values), **fields}
    return Recipient.objects.create(name=name, **values)
