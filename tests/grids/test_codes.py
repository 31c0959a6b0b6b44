"""QR codes: who keeps which, those that are missing, new ones for old ones, and counted scans."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from grids import codes
from grids.locate import Place, locate
from grids.models import Community, Grid, QRToken, ScanDay
from tests.cast import Cast
from tests.factories import make_building, make_qr_token
from wangguan import clock


def community_code(cast: Cast) -> QRToken:
    return QRToken.objects.create(community=cast.community_unit)


def test_code_is_for_a_grid_or_a_community_never_both_or_none(cast: Cast) -> None:
    for wrong in ({}, {"grid": cast.grid, "community": cast.community_unit}):
        with transaction.atomic(), pytest.raises(IntegrityError):
            QRToken.objects.create(**wrong)


def test_community_code_alone_leads_to_the_communitys_desk(cast: Cast) -> None:
    place = locate(token=community_code(cast).token)
    assert place == Place(community=cast.community_unit, how="token")
    assert place.by_code


def test_community_code_yields_to_a_place_that_is_told(cast: Cast) -> None:
    place = locate(token=community_code(cast).token, address="九区3号楼")
    assert (place.building, place.how, place.by_code) == (cast.building, "building", True)


def test_community_code_stays_when_the_words_name_no_place(cast: Cast) -> None:
    place = locate(token=community_code(cast).token, address="大门口那边")
    assert (place.community, place.grid, place.how) == (cast.community_unit, None, "token")


def test_a_place_told_without_a_code_came_by_none(cast: Cast) -> None:
    assert not locate(address="九区3号楼").by_code


def test_missing_codes_are_made_for_community_grids_and_buildings_once(cast: Cast) -> None:
    make_qr_token(building=cast.building)
    whole = Community.objects.filter(pk=cast.community_unit.pk)
    grids = Grid.objects.filter(community=cast.community_unit)
    assert codes.make_missing(whole, grids) == 3
    assert codes.make_missing(whole, grids) == 0


def test_a_revoked_code_leaves_its_building_without_one(cast: Cast) -> None:
    make_qr_token(building=cast.building, revoked_at=clock.now())
    codes.make_missing(Community.objects.none(), Grid.objects.filter(pk=cast.grid.pk))
    assert QRToken.objects.in_force().filter(building=cast.building).count() == 1


def test_renewed_code_gives_way_to_one_for_the_same_place(cast: Cast) -> None:
    old = make_qr_token(building=cast.building)
    new = codes.renew(old)
    assert (new.grid, new.building) == (cast.grid, cast.building)
    assert list(QRToken.objects.in_force()) == [new]


def test_renewed_twice_is_renewed_once(cast: Cast) -> None:
    old = make_qr_token(building=cast.building)
    assert codes.renew(old) == codes.renew(old)


def test_renewing_a_grids_code_takes_no_buildings_code_for_its_follower(cast: Cast) -> None:
    make_qr_token(building=cast.building)
    old = make_qr_token(grid=cast.grid, revoked_at=clock.now())
    assert codes.renew(old).building is None


def test_scans_are_counted_by_day(cast: Cast) -> None:
    code = make_qr_token(grid=cast.grid)
    day = clock.now().replace(year=2026, month=11, day=23, hour=4)
    for moment in (day, day, day + timedelta(days=1)):
        with clock.at(moment):
            QRToken.objects.count_scan(code.token)
    days = ScanDay.objects.order_by("day").values_list("day", "scans")
    assert list(days) == [(date(2026, 11, 23), 2), (date(2026, 11, 24), 1)]


def test_scan_of_an_unknown_code_counts_nothing(cast: Cast) -> None:
    QRToken.objects.count_scan("no-such-code")
    assert not ScanDay.objects.exists()


def test_leader_keeps_the_codes_of_the_own_grid(cast: Cast) -> None:
    own, beside = make_qr_token(building=cast.building), make_qr_token(grid=cast.grid_beside)
    assert list(codes.kept_codes(cast.leader)) == [own]
    assert list(codes.kept_codes(cast.leader_beside)) == [beside]


def test_community_keeps_its_own_and_its_grids_codes(cast: Cast) -> None:
    kept = {community_code(cast), make_qr_token(grid=cast.grid)}
    make_qr_token(grid=cast.grid_far)
    assert set(codes.kept_codes(cast.community)) == kept


def test_dispatch_centre_keeps_all_codes_and_others_none(cast: Cast) -> None:
    code = make_qr_token(grid=cast.grid)
    assert list(codes.kept_codes(cast.dispatcher)) == [code]
    for other in (cast.worker, cast.parttime, cast.instructor, cast.section, cast.department, cast.auditor):
        assert not codes.kept_codes(other).exists()


def test_more_posters_than_one_file_holds_are_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "MOST_POSTERS", 1)
    make_qr_token(building=cast.building)
    make_qr_token(building=make_building(grid=cast.grid))
    with pytest.raises(codes.TooMany):
        codes.posters(QRToken.objects.of_grid(cast.grid))
