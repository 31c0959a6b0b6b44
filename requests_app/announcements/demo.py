"""Announcements of the demo: one that went out last week, one that waits for tomorrow."""

from datetime import timedelta
from uuid import UUID

from grids.models import Community, Grid, User
from requests_app.announcements import services
from requests_app.announcements.models import Announcement, Reader
from wangguan import clock
from wangguan.notify import outbox

HEATING = UUID("00000000-0000-4000-8000-00000000a001")
MEETING = UUID("00000000-0000-4000-8000-00000000a002")


def load() -> str:
    """Write them where they are not there yet; says what there is."""
    if not Announcement.objects.filter(form_id=HEATING).exists():
        with outbox.unnudged():
            _write()
    return f"{Announcement.objects.count()} announcements"


def _write() -> None:
    dispatcher, office = (User.objects.get(username=name) for name in ("street", "community"))
    nine = Community.objects.get(code="370103015005")
    with clock.at(clock.now() - timedelta(days=6)):
        first = services.write(
            by=dispatcher,
            title="供暖报修怎么找人",
            text="今冬供暖已开始。家里不热，请先拨打供热公司热线；两小时没人回，直接在网格群里说一声，"
            "或扫楼道里的二维码，网格员帮您盯着办。",
            grids=Grid.objects.all(),
            publish_at=None,
            to_robot=True,
            form_id=HEATING,
        )
        told = Reader.objects.filter(announcement=first).order_by("pk").values_list("pk", flat=True)
        read = [pk for number, pk in enumerate(told) if number % 4]
        Reader.objects.filter(pk__in=read).update(read_at=clock.now() + timedelta(hours=5))
    services.write(
        by=office,
        title="周六上午清理楼道",
        text="本周六上午九点，九区社区请各网格带着志愿者清理楼道杂物，重点看消防通道。有大件要搬的住户，请提前报给网格员。",
        grids=nine.grids.all(),
        publish_at=clock.now() + timedelta(days=1),
        to_robot=True,
        form_id=MEETING,
    )
