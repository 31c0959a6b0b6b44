"""Supervision of the demo: one that waits, one answered, one asked a second time, one closed."""

from datetime import timedelta
from uuid import UUID

from grids.models import User
from requests_app.models import Ticket
from requests_app.supervision.models import Case
from requests_app.supervision.services import cases
from requests_app.supervision.services.people import unit_at
from requests_app.workflow import Level, Status
from wangguan import clock
from wangguan.notify import outbox

KEYS = [UUID(f"00000000-0000-4000-8000-00000000b{number:03}") for number in range(1, 5)]
REASONS = (
    "居民第二次反映，三天没有处理记录。请到现场看一次，把安排写清楚。",
    "临近时限还没有联系居民。请今天内联系，并写明处理办法。",
    "同楼多户反映，请说明物业的维修计划和完成时间。",
    "上周已答应处理，请回应进展。",
)


def load() -> str:
    """Open them where they are not there yet; says what there is."""
    if not Case.objects.filter(action_id__in=KEYS).exists():
        with outbox.unnudged():
            _open()
    return f"{Case.objects.count()} cases"


def _open() -> None:
    people = {name: User.objects.get(username=name) for name in ("street", "leader", "director")}
    own = Ticket.objects.filter(grid__posts__user=people["leader"], level=Level.GRID, about_staff=False)
    running = own.filter(status__in=(Status.SUBMITTED, Status.ACCEPTED)).order_by("due_at", "pk").distinct()
    for number, ticket in enumerate(running.with_units()[: len(KEYS)]):
        with clock.at(clock.now() - timedelta(hours=26 - number)):
            case = cases.open_case(
                ticket,
                unit_at(ticket, Level.GRID),
                by=people["street"],
                reason=REASONS[number],
                action_id=KEYS[number],
            )
        _go_on(number, case, people)


def _go_on(number: int, case: Case, people: dict[str, User]) -> None:
    """The first waits; the others were answered; of those one was accepted, one not."""
    if number == 0:
        return
    with clock.at(clock.now() - timedelta(hours=20)):
        words = "今天上午和物业去看过，已约好明天下午维修，电话告诉了居民。"
        case = cases.answer(case, by=people["leader"], words=words)
    with clock.at(clock.now() - timedelta(hours=18)):
        if number == 2:
            words = "物业的计划没有写完成时间，请补充。"
            cases.judge(case, by=people["street"], accepted=False, words=words)
        if number == 3:
            cases.judge(case, by=people["director"], accepted=True, words="安排清楚，按时办结。")
