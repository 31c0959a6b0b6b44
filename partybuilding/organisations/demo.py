"""The demo's organisations: the street's tree with branches on most grids, members, and two key projects."""

from datetime import date, timedelta
from itertools import islice
from random import Random

from django.db import transaction

from grids.demo import GIVEN, SURNAMES
from grids.models import Community, Estate, Grid, GridKind, today
from partybuilding.organisations.models import Member, Milestone, Organisation, Project, Term
from partybuilding.organisations.terms import Kind, Seat, Setting, Standing

HEAD = "王官庄街道党工委"
PHONE = "1995370{:04}"
"""No operator has given numbers of this block out."""
SOON = 4
WITHOUT = 4
"""Every so many-th grid and estate has no branch yet: coverage has something to say."""


def load() -> str:
    """Make them where there are none; says how many there are."""
    if not Organisation.objects.filter(kind=Kind.BRANCH).exists():
        with transaction.atomic():
            _Making().everything()
    return f"{Organisation.objects.count()} organisations, {Member.objects.count()} members"


def head() -> Organisation:
    """The street's working committee; made when it is not there."""
    values = {"name": HEAD, "founded_on": date(2004, 6, 1)}
    return Organisation.objects.get_or_create(
        kind=Kind.WORKING_COMMITTEE, dissolved_on=None, defaults=values
    )[0]


def committee_of(community: Community) -> Organisation:
    """The committee of a community; made when it is not there."""
    values = {
        "kind": Kind.COMMITTEE,
        "parent": head(),
        "community": community,
        "founded_on": date(2006, 7, 1),
    }
    name = f"{community.name}党委"
    return Organisation.objects.get_or_create(name=name, dissolved_on=None, defaults=values)[0]


class _Making:
    """Draws the same names whenever it runs."""

    def __init__(self) -> None:
        self.draw = Random("organisations")
        self.phones = (PHONE.format(number) for number in range(10_000))
        self.terms: list[Term] = []
        self.members: list[Member] = []

    def everything(self) -> None:
        projects = self._projects()
        self._lead(head(), elected=date(2021, 12, 10))
        for number, community in enumerate(Community.objects.order_by("code")):
            committee = committee_of(community)
            # One community votes in two months: its office is reminded.
            soon = number == 4
            self._lead(
                committee, elected=today() - timedelta(days=5 * 365 - 45) if soon else date(2023, 3, 20)
            )
            self._branches(committee, community)
        self._of_projects(projects)
        Term.objects.bulk_create(self.terms)
        Member.objects.bulk_create(self.members)

    def _branches(self, committee: Organisation, community: Community) -> None:
        grids = list(Grid.objects.in_force().filter(community=community).order_by("code"))
        homes = [grid for grid in grids if grid.kind == GridKind.RESIDENTIAL]
        for number, grid in enumerate(homes):
            if (number + community.pk) % WITHOUT:
                self._branch(committee, f"{grid.name}党支部", Setting.COMMUNITY).grids.add(grid)
        for number, estate in enumerate(Estate.objects.filter(community=community).order_by("pk")):
            if (number + community.pk) % WITHOUT:
                self._branch(committee, f"{estate.name}小区党支部", Setting.ESTATE, estate=estate)

    def _branch(self, parent: Organisation, name: str, setting: Setting, **where: object) -> Organisation:
        founded = date(2019, 1, 1) + timedelta(days=self.draw.randrange(2_000))
        row = Organisation.objects.create(
            name=name,
            kind=Kind.BRANCH,
            setting=setting,
            parent=parent,
            community=parent.community,
            founded_on=founded,
            **where,
        )
        self._lead(row, elected=max(founded, date(2024, 4, 15)))
        self._fill(row, self.draw.randrange(4, 12))
        return row

    def _lead(self, organisation: Organisation, *, elected: date) -> None:
        last = elected + timedelta(days=365 * organisation.term_years)
        seats = [Seat.SECRETARY, Seat.ORGANISATION, Seat.PUBLICITY]
        for seat in seats if organisation.kind == Kind.BRANCH else [*seats, Seat.DEPUTY, Seat.DISCIPLINE]:
            self.terms.append(
                Term(organisation=organisation, seat=seat, name=self._name(), starts_on=elected, ends_on=last)
            )

    def _fill(self, organisation: Organisation, count: int) -> None:
        for phone in islice(self.phones, count):
            row = Member(
                organisation=organisation,
                name=self._name(),
                phone=phone,
                standing=Standing.PROBATIONARY if self.draw.random() < 0.08 else Standing.FULL,
                is_floating=self.draw.random() < 0.1,
                joined_on=organisation.founded_on or today(),
            )
            row.clean()
            self.members.append(row)

    def _name(self) -> str:
        given = self.draw.randrange(0, len(GIVEN), 2)
        return self.draw.choice(SURNAMES) + GIVEN[given : given + 2]

    # --- key projects -----------------------------------------------------------------------
    def _projects(self) -> list[Project]:
        now = today()
        nine = Community.objects.filter(name="九区社区").first()
        rows = [
            (
                "九区老旧小区改造",
                nine,
                "九区一至十二号楼",
                "更换上下水管线，外墙保温，增设电动车充电棚和停车位。",
                [("入户征求意见", -120), ("管线更换", -40), ("外墙保温", 30), ("充电棚投用", 75)],
            ),
            (
                "刘长山路沿线综合整治",
                None,
                "刘长山路王官庄段",
                "架空线入地，沿街门头规范，非机动车停放划线。",
                [("摸清底数", -60), ("架空线入地", -5), ("停车划线", 40)],
            ),
        ]
        return [self._project(now, *row) for row in rows]

    @staticmethod
    def _project(
        now: date, name: str, community: Community | None, place: str, aim: str, steps: list[tuple[str, int]]
    ) -> Project:
        days = [now + timedelta(days=ahead) for _name, ahead in steps]
        row = Project.objects.create(
            name=name,
            community=community,
            place=place,
            aim=aim,
            starts_on=days[0] - timedelta(days=30),
            due_on=days[-1],
        )
        for (step, ahead), day in zip(steps, days, strict=True):
            # What lies a month back was reached in time; the newest one is late.
            reached = day if ahead <= -30 else None
            words = "已按计划完成，现场查看无遗留问题。" if reached else ""
            Milestone.objects.create(project=row, name=step, due_on=day, reached_on=reached, words=words)
        return row

    def _of_projects(self, projects: list[Project]) -> None:
        for project in projects[:1]:
            if project.community:
                committee = committee_of(project.community)
                self._branch(committee, f"{project.name}项目临时党支部", Setting.PROJECT, project=project)
