"""The demo's teams: four of them with forty volunteers, shifts over and ahead, and last night's snow."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from grids.demo import GIVEN, SURNAMES
from grids.models import Community, Grid, Role, User, today
from grids.queries import people_of
from partybuilding.access import By
from partybuilding.checkins.terms import Skill, Slot
from partybuilding.gatherings.models import SignUp
from partybuilding.gatherings.workflow import State as SigningUp
from partybuilding.gatherings.workflow import Via
from partybuilding.organisations.models import Organisation
from partybuilding.teams.models import Activity, Called, CallOut, Membership, Shift, Team, Thanks, Volunteer
from partybuilding.teams.services import shifts
from partybuilding.teams.terms import Answer, Emergency, Source, TeamKind, Work
from partybuilding.teams.workflow import Stage, State
from wangguan import clock
from wangguan.notify import outbox
from wangguan.privacy import keyed_hash

COMMUNITY = "九区社区"
VOLUNTEERS = 40
PHONE = "1995376{:04}"
"""No operator has given numbers of this block out. The first leads the first team."""
FORM = "00000000-0000-4000-8000-00000000d{:03}"
TEAMS = (
    (
        "九区红色先锋队",
        TeamKind.VANGUARD,
        "急难险重冲在前：扫雪、防汛、停暖时送温暖。",
        ("清扫积雪和冰", Work.TIDY),
    ),
    ("九区银龄助老队", TeamKind.VOLUNTEER, "陪独居老人聊天、就医、买菜。", ("独居老人敲门问暖", Work.CARE)),
    ("九区平安巡逻队", TeamKind.VOLUNTEER, "傍晚巡楼道，提醒电动车不进楼。", ("傍晚楼道巡查", Work.ORDER)),
    ("九区绿色家园队", TeamKind.VOLUNTEER, "周末清理楼道堆物、捡拾白色垃圾。", ("周末清洁家园", Work.TIDY)),
)
SNOW = "清扫小区主路和坡道积雪，请自带手套"


def load() -> str:
    """Make them where there are none; says what there is."""
    community = Community.objects.filter(name=COMMUNITY).first()
    if community and not Volunteer.objects.exists():
        with transaction.atomic(), outbox.unnudged():
            _make(community, people_of(Role.COMMUNITY_LEADER, community=community)[0])
    people, teams = Volunteer.objects.count(), Team.objects.count()
    return f"{teams} teams, {people} volunteers, {Shift.objects.count()} shifts"


def _make(community: Community, keeper: User) -> None:
    draw = Random("teams")
    people = _volunteers(community, keeper, draw)
    for number in range(len(TEAMS)):
        _team(number, community, keeper, people[number * 9 : number * 9 + 9])
    _last_night(community, keeper, people)


def _volunteers(community: Community, keeper: User, draw: Random) -> list[Volunteer]:
    """The last three wait to be confirmed."""
    grids = list(Grid.objects.in_force().filter(community=community).order_by("code"))
    rows = [_volunteer(number, community, keeper, draw, draw.choice(grids)) for number in range(VOLUNTEERS)]
    Volunteer.objects.bulk_create(rows)
    return list(Volunteer.objects.filter(state=State.CONFIRMED).order_by("pk"))


def _volunteer(number: int, community: Community, keeper: User, draw: Random, grid: Grid) -> Volunteer:
    phone, is_in = PHONE.format(number), number < VOLUNTEERS - 3
    ago = clock.now() - timedelta(days=200 - 5 * number if is_in else VOLUNTEERS - number)
    return Volunteer(
        community=community,
        grid=grid if is_in else None,
        name=_name(draw),
        phone=phone,
        phone_hash=keyed_hash(phone),
        skills=draw.sample(Skill.values, 3),
        slots=draw.sample(Slot.values, 2),
        may_be_named=number % 3 == 0,
        source=Source.FORM,
        state=State.CONFIRMED if is_in else State.SIGNED_UP,
        signed_up_at=ago,
        confirmed_at=ago + timedelta(hours=5) if is_in else None,
        confirmed_by=keeper if is_in else None,
        form_id=UUID(FORM.format(number)),
    )


def _team(number: int, community: Community, keeper: User, people: list[Volunteer]) -> None:
    name, kind, aims, (title, work) = TEAMS[number]
    founded = today() - timedelta(days=180)
    is_vanguard = kind == TeamKind.VANGUARD
    branches = Organisation.objects.standing().filter(community=community, kind="branch")
    team = Team.objects.create(
        name=name,
        kind=kind,
        community=community,
        organisation=branches.order_by("pk").first() if is_vanguard else None,
        leader=people[0],
        aims=aims,
        founded_on=founded,
    )
    Membership.objects.bulk_create(Membership(team=team, volunteer=each, since=founded) for each in people)
    activity = Activity.objects.create(
        team=team, title=title, kind=work, words="集合后由队长分组。", form_id=UUID(FORM.format(100 + number))
    )
    _over(number, activity, keeper, people)
    _ahead(number, activity, people)
    words = "寒潮那几天，队员们挨户敲门，老人们心里暖和。"
    told = {"team": team, "words": words, "made_by": keeper, "form_id": UUID(FORM.format(400 + number))}
    Thanks.objects.create(volunteer=people[3] if number == 1 else None, **told)


def _over(number: int, activity: Activity, keeper: User, people: list[Volunteer]) -> None:
    """A week ago; the office has confirmed the hours, but for the patrol, whose leader gave them just now."""
    shift = _shift(activity, 200 + number, today() - timedelta(days=7 + number), places=8)
    begun, confirmed_by = shift.gathering.starts_at, None if number == 2 else keeper
    SignUp.objects.bulk_create(
        SignUp(
            gathering=shift.gathering,
            name=each.name,
            phone=each.phone,
            phone_hash=each.phone_hash,
            state=SigningUp.ATTENDED,
            queued_at=begun - timedelta(days=2),
            attended_at=begun,
            via=Via.QR,
            hours=Decimal("2.0"),
            hours_confirmed_by=confirmed_by,
            hours_confirmed_at=begun + timedelta(days=1),
        )
        for each in people[:5]
    )


def _ahead(number: int, activity: Activity, people: list[Volunteer]) -> None:
    """In some days; the first team's is full, and two wait."""
    shift = _shift(activity, 300 + number, today() + timedelta(days=2 + number), places=4)
    for nth, each in enumerate(people[: 6 if number == 0 else 3]):
        SignUp.objects.create(
            gathering=shift.gathering,
            name=each.name,
            phone=each.phone,
            state=SigningUp.SIGNED if nth < 4 else SigningUp.WAITING,
            queued_at=clock.now() - timedelta(minutes=30 - nth),
        )


def _shift(activity: Activity, form: int, day: date, *, places: int) -> Shift:
    by = By(phone_hash=activity.team.leader.phone_hash if activity.team.leader else "")
    return shifts.open_shift(
        activity,
        starts_at=_at(day, 9),
        ends_at=_at(day, 11),
        place="九区党群服务中心门口",
        places=places,
        form_id=UUID(FORM.format(form)),
        by=by,
    )


def _last_night(community: Community, keeper: User, people: list[Volunteer]) -> None:
    """The snow of last night: called at ten, over at six; twelve came."""
    called_at = _at(today() - timedelta(days=1), 22)
    call = CallOut.objects.create(
        community=community,
        kind=Emergency.SNOW,
        words=SNOW,
        place="九区北门岗亭",
        starts_at=called_at + timedelta(hours=1),
        wanted=10,
        stage=Stage.ENDED,
        form_id=UUID(FORM.format(500)),
        made_by=keeper,
        made_at=called_at,
        stood_down_at=called_at + timedelta(minutes=40),
        ended_at=_at(today(), 6),
        outcome="主路、坡道和楼门口积雪清扫完毕，撒融雪剂 12 袋。",
    )
    call.communities.add(community)
    answers = [Answer.NOW] * 8 + [Answer.SOON] * 4 + [Answer.CANNOT] * 6
    Called.objects.bulk_create(
        _called(call, each, answers[nth] if nth < len(answers) else Answer.SILENT, keeper, nth)
        for nth, each in enumerate(people)
    )


def _called(call: CallOut, volunteer: Volunteer, answer: str, keeper: User, nth: int) -> Called:
    came = answer in (Answer.NOW, Answer.SOON)
    silent = answer == Answer.SILENT
    return Called(
        call=call,
        volunteer=volunteer,
        answer=answer,
        answered_at=None if silent else call.made_at + timedelta(minutes=2 + nth),
        hours=Decimal("3.5") if came else None,
        hours_by=keeper if came else None,
    )


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _name(draw: Random) -> str:
    given = 2 * draw.randrange(len(GIVEN) // 2)
    return draw.choice(SURNAMES) + GIVEN[given : given + 2]
