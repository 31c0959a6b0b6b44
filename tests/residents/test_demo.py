"""The demo's population: one grid of homes and one of venues, drawn and copied in."""

from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from django.utils.timezone import localdate

from grids.demo import THIRD_GRID, create_people
from grids.models import Grid, today
from residents import rhythm
from residents.demo import street
from residents.demo.numbers import BLOCK
from residents.demo.rounds import Almanac
from residents.demo.rows import TABLES, Book
from residents.identity import check_id_number
from residents.models import (
    CarePlan,
    CheckItem,
    Dwelling,
    Errand,
    Finding,
    Household,
    Resident,
    Venue,
    Visit,
)
from residents.services import care
from residents.terms import Checked, ErrandState, HouseholdKind, Relation, VenueKind
from wangguan.workdays import current_calendar

pytestmark = pytest.mark.django_db
VENUES = "370103015005901"


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[street.Loaded]:
    """Two grids, loaded once for this module; all of it is taken back."""
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(DEMO=True):  # type: ignore[attr-defined]
        call_command("load_street", settings.BASE_DIR / "grids/data/wangguanzhuang.json", verbosity=0)
        create_people()
        CheckItem.objects.create(kind=VenueKind.SHOP, words="灭火器在有效期内", category="1003")
        yield street.load(codes={THIRD_GRID, VENUES})
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def people(loaded: street.Loaded) -> list[Resident]:
    return list(Resident.objects.here())


def share(part: int, whole: int) -> float:
    return part / whole


def drawn(code: str) -> Book:
    """The rows of one grid, drawn anew."""
    book, almanac = Book(), Almanac(today(), current_calendar())
    ground = next(ground for ground in street.grounds() if ground.code == code)
    street.fill(ground, book=book, almanac=almanac, checklists=street.checklists())
    return book


@pytest.mark.parametrize("code", [THIRD_GRID, VENUES])
def test_the_same_rows_are_drawn_every_time(code: str) -> None:
    assert drawn(code).rows == drawn(code).rows


def test_a_grid_holds_the_households_it_was_planned_for() -> None:
    planned = Grid.objects.get(code=THIRD_GRID).planned_households or 0

    assert 0.9 < share(Household.objects.here().count(), planned) < 1.05


def test_people_to_a_household_are_as_many_as_on_a_street(people: list[Resident]) -> None:
    assert 2.3 < share(len(people), Household.objects.here().count()) < 2.8


@pytest.mark.parametrize(
    ("kind", "usual"),
    [(HouseholdKind.REGISTERED, 0.7), (HouseholdKind.MIGRANT, 0.2), (HouseholdKind.ELSEWHERE, 0.1)],
)
def test_kinds_of_household_have_their_shares(kind: HouseholdKind, usual: float) -> None:
    kinds = Counter(Household.objects.here().values_list("kind", flat=True))

    assert share(kinds[kind], kinds.total()) == pytest.approx(usual, abs=0.06)


def test_a_fifth_is_sixty_or_older(people: list[Resident]) -> None:
    aged = sum((person.age() or 0) >= 60 for person in people)

    assert share(aged, len(people)) == pytest.approx(0.22, abs=0.05)


def test_every_household_has_one_head() -> None:
    heads = Resident.objects.here().filter(relation=Relation.HEAD).values("household")

    assert Household.objects.here().exclude(pk__in=heads).count() == 0


def test_phones_are_well_formed_and_ring_nowhere(people: list[Resident]) -> None:
    phones = [person.phone for person in people if person.phone]

    assert all(len(phone) == 11 and phone.startswith(BLOCK) for phone in phones)
    assert len(set(phones)) == len(phones)
    assert share(len(phones), len(people)) > 0.6


def test_id_numbers_fit_their_people(people: list[Resident]) -> None:
    numbered = [person for person in people if person.id_number]
    for person in numbered:
        check_id_number(person.id_number)

    assert all(f"{person.born_on:%Y%m%d}" == person.id_number[6:14] for person in numbered)
    assert len({person.id_number for person in numbered}) == len(numbered)
    assert share(len(numbered), len(people)) > 0.75


def test_people_are_found_by_their_hashes(people: list[Resident]) -> None:
    person = next(person for person in people if person.phone and person.id_number)

    assert Resident.objects.of_phone(person.phone).get() == person
    assert Resident.objects.of_id_number(person.id_number).get() == person


def test_one_in_ten_or_so_is_cared_for(people: list[Resident]) -> None:
    plans = CarePlan.objects.open()

    assert 0.06 < share(plans.values("resident").distinct().count(), len(people)) < 0.14
    assert len({plan.group for plan in plans}) >= 7


def test_next_days_are_those_that_the_service_reckons() -> None:
    keys = sorted(Household.objects.values_list("pk", flat=True))
    for household in Household.objects.filter(pk__in=Random(1).sample(keys, 60)):
        before = (household.visit_level, household.last_visit_on, household.next_visit_on)
        care.reckon(household)

        assert (household.visit_level, household.last_visit_on, household.next_visit_on) == before


def test_the_workers_morning_list_is_worth_looking_at() -> None:
    assert 4 <= Household.objects.here().due(today()).count() <= 14


def test_visits_lie_in_the_past() -> None:
    assert not Visit.objects.filter(visited_at__date__gte=today()).exists()
    assert Visit.objects.filter(household__isnull=False).count() > 700


def test_something_found_is_open_and_most_is_settled() -> None:
    homes = Finding.objects.filter(visit__household__isnull=False)

    assert 0 < homes.open().count() < homes.count() / 4


def test_errands_stand_in_every_state() -> None:
    assert set(Errand.objects.values_list("state", flat=True)) == set(ErrandState.values)


def test_venues_pass_their_own_check() -> None:
    for venue in Venue.objects.all():
        venue.full_clean()

    assert set(Venue.objects.values_list("kind", flat=True)) == set(VenueKind.values)


def test_venues_are_due_by_the_rule_of_checks() -> None:
    for venue in Venue.objects.open().exclude(last_visit_on=None):
        newest = venue.visits.latest("visited_at")
        failed = newest.results.filter(outcome=Checked.FAILED).exists()
        last = localdate(newest.visited_at)
        due = rhythm.next_check(last=last, failed=failed, calendar=current_calendar())

        assert (venue.last_visit_on, venue.next_visit_on) == (last, due)


def test_checks_of_venues_have_results() -> None:
    shops = Visit.objects.filter(venue__kind=VenueKind.SHOP)

    assert shops.filter(results__isnull=True).count() == 0


def test_a_second_load_changes_nothing() -> None:
    before = {model: model._default_manager.count() for model in TABLES.values()}
    with override_settings(DEMO=True):
        assert not street.load(codes={THIRD_GRID, VENUES})

    assert {model: model._default_manager.count() for model in TABLES.values()} == before


def test_new_rows_get_keys_after_the_copied_ones() -> None:
    last = Dwelling.objects.latest("pk")

    assert Dwelling.objects.create(building=last.building, door="9901").pk == last.pk + 1


@override_settings(DEMO=False)
def test_nobody_is_invented_outside_the_demo() -> None:
    with pytest.raises(CommandError):
        call_command("load_homes")
