"""What a file does to the register: who is known, who is new, what is refused, and all or nothing."""

from datetime import date, timedelta
from typing import Any

import pytest

from residents.models import Dwelling, Household, ImportRun, RegisterEntry, Resident, Venue
from residents.services.exchange import runs
from residents.services.exchange.people_writer import Writer
from residents.terms import EntryKind, HouseholdKind, LeftHow, Relation
from tests.cast import Cast
from tests.factories import make_building
from tests.residents.factories import (
    id_number,
    make_dwelling,
    make_household,
    make_resident,
    make_venue,
)
from tests.residents.files import (
    HOME,
    at_work,
    checked,
    imported,
    judged,
    person,
    refusals,
    uploaded,
)
from wangguan import clock
from wangguan.exchange import ways
from wangguan.exchange.beside import Beside
from wangguan.exchange.hold import SILENT, Hold, HoldLost
from wangguan.exchange.run import ImportState
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
ID = id_number(born=date(1950, 1, 1), order=1)
FAMILY = [
    person("张三", 身份证号=ID, 手机号=13912345678, 与户主关系="户主", 来此日期="2015年5月1日"),
    person("李四", 性别="女", 出生日期=date(1952, 2, 3), 与户主关系="妻子"),
]


@pytest.fixture
def flat(cast: Cast) -> Dwelling:
    return make_dwelling(building=cast.building, entrance=2, floor=5, door="501")


@pytest.fixture
def zhang(flat: Dwelling) -> Resident:
    """In the register as the first row of FAMILY says, but for the phone."""
    home = make_household(dwelling=flat)
    return make_resident(
        household=home,
        name="张三",
        sex="male",
        born_on=date(1950, 1, 1),
        id_number=ID,
        came_on=date(2015, 5, 1),
    )


# --- new ---------------------------------------------------------------------------------
def test_a_family_comes_with_its_home(cast: Cast) -> None:
    done = judged(FAMILY, cast.community, write=True)

    home = Household.objects.get()
    head = home.people.get(relation=Relation.HEAD)
    assert done.outcome.counts == {"created": 2, "changed": 0, "unchanged": 0, "refused": 0}
    assert (home.dwelling.entrance, home.dwelling.door, home.dwelling.floor) == (2, "501", 5)
    assert (home.kind, home.people.count()) == ("registered", 2)
    assert (head.name, head.phone, head.id_number) == ("张三", "13912345678", ID)
    assert (head.sex, head.born_on, head.came_on) == ("male", date(1950, 1, 1), date(2015, 5, 1))
    assert Resident.objects.of_phone("13912345678").get() == head


def test_a_new_home_is_due_like_one_that_came_today(cast: Cast) -> None:
    judged(FAMILY, cast.community, write=True)

    home = Household.objects.get()
    assert home.next_visit_on is not None
    assert 0 < (home.next_visit_on - clock.now().date()).days <= 31


def test_new_people_and_homes_have_an_entry(cast: Cast) -> None:
    judged(FAMILY, cast.community, write=True)

    kinds = RegisterEntry.objects.order_by("pk").values_list("kind", "by")
    assert list(kinds) == [(EntryKind.ADDED, cast.community.pk)] * 3


def test_a_check_writes_nothing(cast: Cast) -> None:
    done = judged(FAMILY, cast.community)

    assert done.outcome.created == 2
    assert not Dwelling.objects.exists() and not Resident.objects.exists()  # noqa: PT018


def test_two_kinds_behind_a_door_are_two_households(cast: Cast) -> None:
    rows = [person("张三", 与户主关系="户主"), person("王五", 户类型="流动", 与户主关系="户主")]

    assert judged(rows, cast.community, write=True).outcome.created == 2
    assert set(Household.objects.values_list("kind", flat=True)) == {"registered", "migrant"}


# --- known -------------------------------------------------------------------------------
def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    judged(FAMILY, cast.community, write=True)

    assert judged(FAMILY, cast.community, write=True).outcome.counts["unchanged"] == 2


@pytest.mark.parametrize(
    ("cells", "columns", "field", "value"),
    [
        ({"身份证号": ID, "手机号": "139-1234-5678"}, ["手机号"], "phone", "13912345678"),
        ({"身份证号": ID, "姓名": "张叁"}, ["姓名"], "name", "张叁"),
        ({"出生日期": "1950.1.1", "来此日期": "20160601"}, ["来此日期"], "came_on", date(2016, 6, 1)),
        ({"与户主关系": "兄弟姐妹"}, ["与户主关系"], "relation", "sibling"),
    ],
)
def test_a_change_is_written_with_its_entry(
    cast: Cast, zhang: Resident, cells: dict[str, Any], columns: list[str], field: str, value: Any
) -> None:
    before = getattr(zhang, field)
    done = judged([person("张三") | cells], cast.community, write=True)

    zhang.refresh_from_db()
    entry = zhang.entries.get()
    assert done.outcome.report()["rows"] == [
        {"row": 2, "what": "changed", "column": "、".join(columns), "why": ""}
    ]
    assert (getattr(zhang, field), zhang.version) == (value, 2)
    assert (entry.kind, entry.by, list(entry.changed)) == (EntryKind.IMPORTED, cast.community, [field])
    assert entry.changed[field][0] == (str(before) if isinstance(before, date) else before)


def test_an_empty_cell_says_nothing(cast: Cast, zhang: Resident) -> None:
    done = judged([person("张三", 户类型=None, 身份证号=ID)], cast.community, write=True)

    assert done.outcome.counts == {"created": 0, "changed": 0, "unchanged": 1, "refused": 0}


def test_an_id_number_is_added_to_whom_name_and_door_name(cast: Cast, flat: Dwelling) -> None:
    known = make_resident(household=make_household(dwelling=flat), name="张三", born_on=None)

    assert judged([person("张三", 身份证号=ID)], cast.community, write=True).outcome.changed == 1
    known.refresh_from_db()
    assert (known.id_number, Resident.objects.of_id_number(ID).get()) == (ID, known)


def test_a_new_head_and_an_old_one_change_places_in_any_order(cast: Cast, zhang: Resident) -> None:
    wife = make_resident(household=zhang.household, name="李四", relation=Relation.SPOUSE)
    rows = [person("李四", 与户主关系="户主"), person("张三", 身份证号=ID, 与户主关系="配偶")]

    assert refusals(judged(rows, cast.community, write=True)) == []
    zhang.refresh_from_db()
    wife.refresh_from_db()
    assert (wife.relation, zhang.relation) == (Relation.HEAD, Relation.SPOUSE)


# --- refused -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"身份证号": ID[:-1] + ("1" if ID[-1] != "1" else "2")}, "身份证号"),
        ({"身份证号": "370103195013010012"}, "身份证号"),
        ({"身份证号": 370103195001010013}, "身份证号"),
        ({"身份证号": ID, "出生日期": "1950-01-02"}, "出生日期"),
        ({"身份证号": ID, "性别": "女"}, "性别"),
        ({"楼栋地址": "九区99号楼"}, "楼栋地址"),
        ({"楼栋地址": "青龙山1号楼"}, "楼栋地址"),
        ({"手机号": "12345"}, "手机号"),
        ({"手机号": "139****5678"}, "手机号"),
        ({"户类型": "租户"}, "户类型"),
        ({"出生日期": "1950-02-30"}, "出生日期"),
        ({"出生日期": date(2999, 1, 1)}, "出生日期"),
        ({"姓名": None}, "姓名"),
        ({"姓名": "=HYPERLINK(1)"}, "姓名"),
        ({"姓名": "＝1+1"}, "姓名"),
        ({"门牌": "=1+1"}, "门牌"),
        ({"单元": "二"}, "单元"),
    ],
)
def test_a_row_is_refused_with_its_column(cast: Cast, cells: dict[str, Any], column: str) -> None:
    make_building(grid=cast.grid_far, address="青龙山1号楼")
    done = judged([person() | cells, person("李四")], cast.community, write=True)

    assert refusals(done) == [(2, column)]
    assert list(Resident.objects.values_list("name", flat=True)) == ["李四"]


def test_a_refusal_never_says_what_stands_there(cast: Cast) -> None:
    wrong = {"身份证号": ID[:-1] + "?", "手机号": "1391234567", "姓名": "=欧阳", "户类型": "机密户"}
    told = str(judged([person() | wrong], cast.community).outcome.report())

    assert [value for value in wrong.values() if value in told] == []


@pytest.mark.parametrize(
    ("again", "column"),
    [
        (person("张三丰", 身份证号=ID), "身份证号"),
        (person("张三", 出生日期="1950-01-01"), "姓名"),
        (person("张三", 身份证号=ID, 门牌="502"), "身份证号"),
    ],
)
def test_one_person_stands_once_in_a_file(cast: Cast, again: dict[str, Any], column: str) -> None:
    assert refusals(judged([person("张三", 身份证号=ID), again], cast.community)) == [(3, column)]


def test_registered_here_and_living_there_is_the_one_case_of_two_rows(cast: Cast) -> None:
    rows = [person("张三", 身份证号=ID), person("张三", 身份证号=ID, 门牌="502", 户类型="人户分离")]

    assert judged(rows, cast.community, write=True).outcome.created == 2


def test_a_second_head_is_refused(cast: Cast, zhang: Resident) -> None:
    rows = [
        person("李四", 与户主关系="户主"),
        *(person(name, 门牌="502", 与户主关系="户主") for name in ("王五", "赵六")),
    ]

    assert refusals(judged(rows, cast.community, write=True)) == [(2, "与户主关系"), (4, "与户主关系")]


def test_nobody_is_moved_by_a_file(cast: Cast, zhang: Resident) -> None:
    assert refusals(judged([person("张三", 身份证号=ID, 门牌="502")], cast.community)) == [(2, "身份证号")]


def test_the_dead_do_not_come_back(cast: Cast, zhang: Resident) -> None:
    Resident.objects.update(left_on=date(2026, 1, 1), left_how=LeftHow.DIED)

    assert refusals(judged([person("张三", 身份证号=ID)], cast.community)) == [(2, "身份证号")]


def test_a_household_keeps_its_kind(cast: Cast, zhang: Resident) -> None:
    assert refusals(judged([person("张三", 身份证号=ID, 户类型="流动")], cast.community)) == [(2, "户类型")]
    assert refusals(judged([person("新人", 户类型=None)], cast.community)) == []


def test_between_several_households_a_person_decides(cast: Cast, flat: Dwelling) -> None:
    for kind in HouseholdKind.REGISTERED, HouseholdKind.MIGRANT:
        make_household(dwelling=flat, kind=kind)

    assert refusals(judged([person("新人", 户类型=None)], cast.community)) == [(2, "户类型")]


@pytest.mark.parametrize(
    ("who", "refused"), [("dispatcher", 0), ("director", 0), ("community", 1), ("community2", 1)]
)
def test_each_writes_to_their_own_buildings(cast: Cast, who: str, refused: int) -> None:
    make_building(grid=cast.grid_far, address="青龙山1号楼")
    rows = [person("张三"), person("李四", 楼栋地址="青龙山1号楼")]

    assert judged(rows, getattr(cast, who)).outcome.refused == refused


@pytest.mark.parametrize(
    "who", ["leader", "worker", "parttime", "section", "department", "auditor", "instructor", "specialist"]
)
def test_others_bring_nothing_in(cast: Cast, who: str) -> None:
    with pytest.raises(Refused):
        uploaded(FAMILY, getattr(cast, who))
    assert judged(FAMILY, getattr(cast, who)).outcome.refused == 2


# --- doors and venues --------------------------------------------------------------------
def test_doors_are_made_and_changed(cast: Cast, flat: Dwelling, zhang: Resident) -> None:
    rows = [HOME | {"房屋用途": "出租", "门牌": "501室"}, HOME | {"门牌": "502"}, HOME | {"门牌": "502"}]
    done = judged(rows, cast.community, kind="dwellings", write=True)

    flat.refresh_from_db()
    assert done.outcome.counts == {"created": 1, "changed": 1, "unchanged": 0, "refused": 1}
    assert (flat.use, Dwelling.objects.filter(door="502").count()) == ("rented", 1)
    assert zhang.household.entries.get().changed == {"use": ["own", "rented"]}


VENUE: dict[str, Any] = {
    "网格编码": "370103015005003",
    "场所名称": "便民超市",
    "场所类型": "小商店",
    "地址": "沿街1号",
}


def test_venues_are_made_and_changed(cast: Cast) -> None:
    known = make_venue(grid=cast.grid, name="便民超市", address="沿街1号")
    rows = [
        VENUE | {"联系电话": "13912345678", "规模": 80.5, "有无党组织": "有"},
        VENUE | {"场所名称": "老王饭馆", "场所类型": "小餐饮", "楼栋地址": "九区3号楼"},
    ]
    done = judged(rows, cast.community, kind="venues", write=True)

    known.refresh_from_db()
    assert done.outcome.counts == {"created": 1, "changed": 1, "unchanged": 0, "refused": 0}
    assert (known.contact_phone, known.has_party_organisation, known.version) == ("13912345678", True, 2)
    assert Venue.objects.get(name="老王饭馆").building == cast.building
    assert judged(rows, cast.community, kind="venues").outcome.unchanged == 2


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"网格编码": "370103015003001"}, "网格编码"),
        ({"网格编码": "1"}, "网格编码"),
        ({"规模": 300}, "规模"),
        ({"统一社会信用代码": "91370103MA3C00000X"}, "统一社会信用代码"),
        ({"场所类型": "大商场"}, "场所类型"),
    ],
)
def test_a_venue_is_refused_with_its_column(cast: Cast, cells: dict[str, Any], column: str) -> None:
    assert refusals(judged([VENUE | cells], cast.community, kind="venues")) == [(2, column)]


# --- runs --------------------------------------------------------------------------------
def test_a_check_counts_and_names_rows(cast: Cast) -> None:
    run = checked(uploaded([*FAMILY, person("坏", 手机号="1")], cast.community))

    assert (run.state, run.created, run.refused, run.rows) == (ImportState.CHECKED, 2, 1, 3)
    assert run.report["created"] == [[2, 3]]
    assert [row["row"] for row in run.report["rows"]] == [4]


def test_a_file_without_its_headings_fails_in_a_sentence(cast: Cast) -> None:
    run = uploaded([VENUE], cast.community, kind="venues")
    ImportRun.objects.filter(pk=run.pk).update(kind="residents")

    assert checked(run).state == ImportState.FAILED
    assert "楼栋地址" in run.error


def test_an_uploaded_file_lies_sealed(cast: Cast) -> None:
    run = uploaded(FAMILY, cast.community)

    with run.file.open("rb") as stored:
        assert not stored.read().startswith(b"PK")


def test_one_file_of_a_kind_is_at_work_at_a_time(cast: Cast) -> None:
    first, second = uploaded(FAMILY, cast.community), uploaded(FAMILY, cast.director)
    at_work(first, ImportState.CHECKING)

    with pytest.raises(Refused):
        runs.check(second, by=cast.director)
    doors = uploaded([HOME], cast.director, kind="dwellings")
    runs.check(doors, by=cast.director)
    assert doors.state == ImportState.CHECKING


def test_a_silent_run_makes_room_and_may_be_started_again(cast: Cast) -> None:
    first, second = uploaded(FAMILY, cast.community), uploaded(FAMILY, cast.director)
    at_work(first, ImportState.CHECKING)
    first.refresh_from_db()
    with clock.at(clock.now() + SILENT + timedelta(seconds=1)):
        assert ways.is_silent(first)
        runs.check(first, by=cast.community)
        with pytest.raises(Refused):
            runs.check(second, by=cast.director)
    with clock.at(clock.now() + 3 * SILENT):
        runs.check(second, by=cast.director)
    first.refresh_from_db()
    assert (first.state, second.state) == (ImportState.FAILED, ImportState.CHECKING)


def test_a_task_that_comes_twice_works_once(cast: Cast) -> None:
    run = uploaded(FAMILY, cast.community)
    beat = at_work(run, ImportState.CHECKING)
    hold = Hold.take(ImportRun, run.pk, ImportState.CHECKING, beat)

    with pytest.raises(HoldLost):
        Hold.take(ImportRun, run.pk, ImportState.CHECKING, beat)
    hold.beat(always=True)


def test_who_was_taken_for_dead_writes_no_more(cast: Cast) -> None:
    run = uploaded(FAMILY, cast.community)
    hold = Hold.take(ImportRun, run.pk, ImportState.CHECKING, at_work(run, ImportState.CHECKING))
    at_work(run, ImportState.CHECKING)

    with pytest.raises(HoldLost):
        hold.finish(ImportState.CHECKED)


def test_a_cancelled_run_stops_and_loses_its_file(cast: Cast) -> None:
    run = uploaded(FAMILY, cast.community)
    beat = at_work(run, ImportState.CHECKING)
    runs.cancel(run, by=cast.community)

    runs.run_check(run.pk, beat)
    run.refresh_from_db()
    assert (run.state, bool(run.file)) == (ImportState.CANCELLED, False)


def test_only_who_uploaded_it_brings_it_in(cast: Cast) -> None:
    run = checked(uploaded(FAMILY, cast.community))
    counts = {name: getattr(run, name) for name in ways.COUNTED}

    for action in (
        lambda: runs.bring_in(run, by=cast.director, counts=counts),
        lambda: runs.check(run, by=cast.director),
        lambda: runs.cancel(run, by=cast.director),
    ):
        with pytest.raises(Refused):
            action()


def test_other_numbers_than_were_agreed_to_are_refused(cast: Cast) -> None:
    run = checked(uploaded(FAMILY, cast.community))

    with pytest.raises(Refused):
        runs.bring_in(
            run, by=cast.community, counts={"created": 1, "changed": 0, "unchanged": 0, "refused": 0}
        )


def test_an_old_file_is_taken_away(cast: Cast) -> None:
    run = checked(uploaded(FAMILY, cast.community))
    with clock.at(clock.now() + timedelta(days=2)):
        assert ways.remove_old_files(ImportRun) == 1

    run.refresh_from_db()
    assert (run.state, bool(run.file)) == (ImportState.CANCELLED, False)


# --- all or nothing ----------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_an_import_writes_what_the_check_said(cast: Cast) -> None:
    run = imported(checked(uploaded(FAMILY, cast.community)))

    assert (run.state, run.created, Resident.objects.count()) == (ImportState.IMPORTED, 2, 2)
    assert not run.file
    assert runs.imported_before(uploaded(FAMILY, cast.community)) == run


def _broken(*_args: object, **_options: object) -> None:
    raise RuntimeError("张三 13912345678")


@pytest.mark.django_db(transaction=True)
def test_an_import_that_fails_in_the_middle_leaves_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    run = checked(uploaded(FAMILY, cast.community))
    monkeypatch.setattr(Writer, "_add", _broken)
    imported(run)

    assert run.state == ImportState.FAILED
    assert [model.objects.count() for model in (Dwelling, Household, Resident, RegisterEntry)] == [0] * 4
    assert "13912345678" not in caplog.text + run.error


@pytest.mark.django_db(transaction=True)
def test_a_register_that_changed_since_the_check_is_left_alone(cast: Cast) -> None:
    run = checked(uploaded(FAMILY, cast.community))
    judged(FAMILY[:1], cast.community, write=True)
    imported(run)

    assert (run.state, Resident.objects.count()) == (ImportState.FAILED, 1)


@pytest.mark.django_db(transaction=True)
def test_an_import_cancelled_on_its_way_leaves_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    run = checked(uploaded(FAMILY, cast.community))
    original = Writer.write

    def write(self: Writer, decisions: Any) -> None:
        """Somebody presses cancel, on a connection of their own, when everything is written."""
        original(self, decisions)
        with Beside() as elsewhere:
            elsewhere(lambda: runs.cancel(ImportRun.objects.get(pk=run.pk), by=cast.community))

    monkeypatch.setattr(Writer, "write", write)
    imported(run)

    assert (run.state, Resident.objects.count()) == (ImportState.CANCELLED, 0)
