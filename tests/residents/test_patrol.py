"""Rounds through the grid: one at a time, a track only where the street and the worker want it."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from grids.models import User
from residents.models import Patrol, Policy, Visit
from tests.cast import Cast
from tests.residents.factories import make_finding
from wangguan import clock

PATROL = "/worker/visits/patrol/"
NEW = "/worker/visits/new/"
TRACK = json.dumps([[1764000000, 36.631, 116.931], [1764000020, 36.632, 116.931]])


@pytest.fixture
def signed_in(client: Client, cast: Cast) -> Client:
    client.force_login(cast.worker)
    return client


@pytest.fixture
def patrol(cast: Cast) -> Patrol:
    return Patrol.objects.create(
        grid=cast.grid, by=cast.worker, submission_id=uuid4(), started_at=clock.now() - timedelta(hours=1)
    )


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def set_out(client: Client, grid_pk: int, **fields: Any) -> int:
    return client.post(PATROL, {"grid": grid_pk, "submission_id": uuid4(), **fields}).status_code


def stop(client: Client, patrol: Patrol, **fields: Any) -> Any:
    return client.post(NEW, {"patrol": patrol.pk, "submission_id": uuid4(), **fields})


def end(client: Client, patrol: Patrol, **fields: Any) -> int:
    return client.post(f"{PATROL}{patrol.pk}/end/", {"submission_id": uuid4(), **fields}).status_code


# --- doors -------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["parttime", "department", "specialist", "director", "auditor", "section"])
def test_rounds_are_walked_by_those_who_serve_there(cast: Cast, who: str) -> None:
    client = as_user(getattr(cast, who))
    assert client.get(PATROL).status_code == 403
    assert set_out(client, cast.grid.pk) in (403, 422)
    assert Patrol.objects.count() == 0


def test_nobody_sets_out_in_another_units_grid(cast: Cast) -> None:
    assert set_out(as_user(cast.worker2), cast.grid.pk) == 422
    assert Patrol.objects.count() == 0


@pytest.mark.parametrize(("who", "status"), [("worker2", 404), ("community2", 404), ("parttime", 403)])
def test_outsiders_find_no_round(cast: Cast, patrol: Patrol, who: str, status: int) -> None:
    client = as_user(getattr(cast, who))
    assert client.get(f"{PATROL}{patrol.pk}/").status_code == status
    assert client.get(f"{NEW}?patrol={patrol.pk}").status_code == status
    assert end(client, patrol) == status


def test_a_colleague_reads_my_round_but_does_not_walk_it(cast: Cast, patrol: Patrol) -> None:
    client = as_user(cast.leader)
    assert client.get(f"{PATROL}{patrol.pk}/").status_code == 200
    assert (end(client, patrol), stop(client, patrol).status_code) == (404, 404)


def test_strangers_are_sent_to_sign_in(client: Client, patrol: Patrol) -> None:
    for address in (PATROL, f"{PATROL}{patrol.pk}/"):
        assert client.get(address)["Location"] == f"/accounts/login/?next={address}"
    assert end(client, patrol) == 302


# --- there and back ----------------------------------------------------------------------
def test_two_taps_are_one_round(cast: Cast, signed_in: Client) -> None:
    assert [set_out(signed_in, cast.grid.pk) for _ in range(2)] == [303, 303]
    assert Patrol.objects.get().by == cast.worker


def test_the_community_chooses_among_its_grids(cast: Cast) -> None:
    form = as_user(cast.community).get(PATROL).context["form"]
    assert list(form.fields["grid"].queryset) == [cast.grid_beside, cast.grid]


def test_a_stop_is_a_visit_with_what_was_found(cast: Cast, signed_in: Client, patrol: Patrol) -> None:
    assert signed_in.get(f"{NEW}?patrol={patrol.pk}").status_code == 200
    response = stop(signed_in, patrol, note="二单元门口飞线充电", needs=["wiring"])
    visit = Visit.objects.get()
    assert (visit.patrol, visit.purpose, visit.grid) == (patrol, "patrol", cast.grid)
    assert response["Location"] == visit.get_absolute_url()
    assert signed_in.get(visit.get_absolute_url()).status_code == 200


def test_a_stop_without_anything_to_settle_goes_back_to_the_round(signed_in: Client, patrol: Patrol) -> None:
    assert stop(signed_in, patrol, note="一切正常")["Location"] == PATROL


def test_the_end_keeps_a_note_and_comes_once(signed_in: Client, patrol: Patrol) -> None:
    assert [end(signed_in, patrol, note="转了一圈"), end(signed_in, patrol, note="又一次")] == [303, 303]
    patrol.refresh_from_db()
    assert (patrol.note, patrol.ended_at is None) == ("转了一圈", False)


def test_an_end_that_waited_ends_when_it_was_written(signed_in: Client, patrol: Patrol) -> None:
    end(signed_in, patrol, waited="1800")
    patrol.refresh_from_db()
    assert patrol.ended_at
    assert timedelta(minutes=29) < clock.now() - patrol.ended_at < timedelta(minutes=31)


def test_a_round_that_is_over_shows_its_stops(cast: Cast, signed_in: Client, patrol: Patrol) -> None:
    stop(signed_in, patrol, note="井盖松了", needs=["other"])
    end(signed_in, patrol)
    page = signed_in.get(f"{PATROL}{patrol.pk}/")
    assert [row.url for row in page.context["stops"]] == [Visit.objects.get().get_absolute_url()]
    assert signed_in.get(PATROL).context["mine"] == [patrol]


def test_what_was_written_before_the_end_may_come_after_it(signed_in: Client, patrol: Patrol) -> None:
    end(signed_in, patrol)
    assert stop(signed_in, patrol, note="井盖松了", waited="600").status_code == 303


def test_a_finding_of_a_round_becomes_a_request_found_on_patrol(signed_in: Client, patrol: Patrol) -> None:
    from requests_app.models import Ticket

    stop(signed_in, patrol, note="井盖松了")
    visit = Visit.objects.get()
    finding = make_finding(visit)
    signed_in.post(
        f"/worker/visits/{visit.pk}/findings/{finding.pk}/request/", {"words": "三号楼前井盖松了，容易绊倒"}
    )
    assert Ticket.objects.get().source == "patrol"


# --- tracks ------------------------------------------------------------------------------
def test_no_script_asks_where_a_phone_is_unless_the_street_allows_tracks(
    signed_in: Client, patrol: Patrol
) -> None:
    page = signed_in.get(PATROL).content.decode()
    assert "track.js" not in page
    assert "data-track" not in page


def test_a_track_sent_all_the_same_is_not_kept(signed_in: Client, patrol: Patrol) -> None:
    end(signed_in, patrol, track=TRACK)
    patrol.refresh_from_db()
    assert patrol.points == []


@pytest.mark.parametrize(
    ("track", "points"),
    [
        (TRACK, 2),
        ("", 0),
        ("nonsense", 0),
        ("{}", 0),
        ('[[1, 2], ["a", 1, 2], [1, 99, 2], [Infinity, 1, 2], [true, 1, 1]]', 0),
    ],
)
def test_a_track_is_kept_where_the_street_allows_it(
    signed_in: Client, patrol: Patrol, track: str, points: int
) -> None:
    Policy.objects.create(pk=1, tracks=True)
    assert "track.js" in signed_in.get(PATROL).content.decode()
    end(signed_in, patrol, track=track)
    patrol.refresh_from_db()
    assert len(patrol.points) == points
