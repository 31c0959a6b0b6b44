"""Reports of the demo: last week's waits for an editor, last month's is issued with remarks."""

from grids.models import User, today
from requests_app.reports.models import Recipient, Report
from requests_app.reports.services import editing, making
from requests_app.reports.terms import Kind

REMARK = (
    "本月诉求总体平稳，楼道照明、乱停放和物业服务反映较多。各社区坚持首接负责，大部分诉求在网格内办结；"
    "少数涉及产权单位的事项办理时间偏长，居民催问较多。"
)
PLAN = (
    "一是对超期诉求逐件督办，能办的本周内办结，一时办不了的向居民说明进度。\n"
    "二是会同物业公司集中检修楼道灯和门禁，入冬前完成。\n"
    "三是回访未评价的居民，听听还有哪些没有办到位。"
)
RECIPIENTS = (
    ("街道党政办公室", "dangzhengban@example.org", [Kind.WEEKLY, Kind.MONTHLY]),
    ("市中区社会治理中心", "zhili@example.org", [Kind.MONTHLY]),
    ("街道值班室", "zhiban@example.org", [Kind.DAILY]),
)


def load() -> str:
    """Make them where they are not there yet; says what there is."""
    street = User.objects.get(username="street")
    for name, email, kinds in RECIPIENTS:
        Recipient.objects.get_or_create(email=email, defaults={"name": name, "kinds": kinds})
    for kind in (Kind.WEEKLY, Kind.MONTHLY):
        span = kind.span(today()).before()
        if making.newest(kind, span) is None:
            _make(kind, by=street)
    return f"{Report.objects.count()} reports"


def _make(kind: Kind, *, by: User) -> None:
    begun = making.ask(kind, kind.span(today()).before().first, by=by)
    making.count(begun.pk, begun.asked_at.isoformat() if begun.asked_at else "", by=by)
    if kind != Kind.MONTHLY:
        return
    editing.write_remarks(begun, by=by, remark=REMARK, plan=PLAN, revision=0)
    report = Report.objects.get(pk=begun.pk)
    if not editing.why_not_issued(report):
        director = User.objects.get(username="director")
        editing.issue(report, by=director, revision=report.revision, made_at=report.made_at)
