"""The register in the admin: who sees which rows, masked for everybody, changed by nobody."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grids.models import User, today
from residents.models import (
    CareEvent,
    CheckResult,
    Consent,
    Download,
    Patrol,
    PersonalExport,
    RegisterEntry,
    Unmasking,
    VisitPhoto,
)
from residents.terms import Checked, EntryKind
from tests.cast import Cast
from tests.markup import inline
from tests.residents.factories import (
    id_number,
    make_check_item,
    make_errand,
    make_finding,
    make_plan,
    make_resident,
    make_venue,
    make_visit,
)
from wangguan import clock

pytestmark = pytest.mark.django_db

REGISTERS = [
    *("dwelling", "household", "resident", "consent", "careplan", "careevent", "visit", "visitphoto"),
    *("patrol", "finding", "checkresult", "venue", "errand", "registerentry"),
]
LOGS = ["unmasking", "download"]
VIEWERS = ("community", "community_leader", "dispatcher", "director", "auditor")
NAME, PHONE, ID = "欧阳明月", "13912345678", id_number()
SECRETS = (NAME, PHONE, ID, "高龄独居之人", "2单元501", "厨房顶渗水", "代办老年证")


def as_(user: User) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    return client


def listed(user: User, model: str) -> Any:
    return as_(user).get(reverse(f"admin:residents_{model}_changelist"))


def fill(cast: Cast, count: int = 1) -> None:
    """So many rows of every model, of `cast.grid`."""
    for number in range(count):
        person = make_resident(building=cast.building, name=NAME, phone=PHONE, id_number=ID)
        make_plan(person, reason="高龄独居之人")
        home = person.household
        CareEvent.objects.create(
            household=home, kind="hospital", on=today(), look_by=today(), noted_by=cast.worker
        )
        Consent.objects.create(
            resident=person, purpose="register", how="paper", given_on=today(), recorded_by=cast.worker
        )
        visit = make_visit(by=cast.worker, household=home, note="厨房顶渗水")
        make_finding(visit)
        VisitPhoto.objects.create(visit=visit, image="x", thumbnail="y", width=1, height=1, sha256="0")
        make_errand(home, by=cast.worker)
        RegisterEntry.objects.create(
            kind=EntryKind.CORRECTED, by=cast.worker, household=home, resident=person, changes=f'"{NAME}"'
        )
        _fill_venues(cast, number)
        Unmasking.objects.create(
            by=cast.worker, resident=person, grid=cast.grid, field="phone", reason="送药前联系"
        )
        export = PersonalExport.objects.create(reason="核对", asked_by=cast.community)
        Download.objects.create(export=export, by=cast.community)


def _fill_venues(cast: Cast, number: int) -> None:
    venue = make_venue(grid=cast.grid, contact_name=NAME, contact_phone=PHONE)
    check = make_visit(by=cast.worker, venue=venue, purpose="inspection")
    CheckResult.objects.create(visit=check, item=make_check_item(), outcome=Checked.GOOD)
    Patrol.objects.create(
        grid=cast.grid, by=cast.worker, submission_id=uuid4(), started_at=clock.now(), ended_at=clock.now()
    )


def statuses(who: User, models: Iterable[str]) -> dict[str, int]:
    """What each list answers this person."""
    client = as_(who)
    return {model: client.get(reverse(f"admin:residents_{model}_changelist")).status_code for model in models}


@pytest.mark.parametrize("who", [*VIEWERS, "section"])
def test_a_register_opens_to_its_viewers_alone(cast: Cast, who: str) -> None:
    models = [*REGISTERS, "checkitem"]
    expected = 403 if who == "section" else 200
    assert statuses(getattr(cast, who), models) == dict.fromkeys(models, expected)


@pytest.mark.parametrize(
    "who", ["leader", "worker", "parttime", "specialist", "instructor", "worker2", "department"]
)
def test_a_register_is_closed_to_grid_and_department(cast: Cast, who: str) -> None:
    models = [*REGISTERS, *LOGS, "checkitem", "importrun", "personalexport"]
    assert statuses(getattr(cast, who), models) == dict.fromkeys(models, 302)


@pytest.mark.parametrize("model", LOGS)
def test_a_log_opens_to_auditor_and_street_leader(cast: Cast, model: str) -> None:
    opened = {who: listed(getattr(cast, who), model).status_code for who in (*VIEWERS, "section")}
    assert {who for who, status in opened.items() if status == 200} == {"auditor", "director"}
    assert set(opened.values()) == {200, 403}


@pytest.mark.parametrize("who", ["community", "dispatcher", "director", "auditor"])
def test_lists_and_pages_are_masked(cast: Cast, who: str) -> None:
    fill(cast)
    client = as_(getattr(cast, who))
    for model in [*REGISTERS, *(LOGS if who in ("auditor", "director") else ())]:
        page = client.get(reverse(f"admin:residents_{model}_changelist")).content.decode()
        row = VIEWED[model].objects.latest("pk")
        one = client.get(reverse(f"admin:residents_{model}_change", args=[row.pk])).content.decode()

        assert (model, [secret for secret in SECRETS if secret in page + one]) == (model, [])
        assert (model, 'class="results"' in page) == (model, True)
        assert (model, inline(page), inline(one)) == (model, [], [])


def test_another_community_sees_no_row(cast: Cast) -> None:
    fill(cast)
    client = as_(cast.community2)
    for model in REGISTERS:
        if model == "checkresult":
            continue
        row = VIEWED[model].objects.latest("pk")
        page = client.get(reverse(f"admin:residents_{model}_changelist")).content.decode()
        assert (model, 'class="results"' in page) == (model, False)
        one = client.get(reverse(f"admin:residents_{model}_change", args=[row.pk]))
        assert (model, one.status_code) == (model, 302)


@pytest.mark.parametrize("who", ["director", "boss"])
def test_nobody_adds_changes_or_deletes(cast: Cast, who: str) -> None:
    fill(cast)
    boss = User.objects.create_superuser("boss", real_name="超级管理员")
    client = as_(boss if who == "boss" else cast.director)
    for model in [*REGISTERS, *LOGS]:
        row = VIEWED[model].objects.latest("pk")
        for name, args in (("add", []), ("delete", [row.pk]), ("change", [row.pk])):
            answer = client.post(reverse(f"admin:residents_{model}_{name}", args=args))
            assert (model, name, answer.status_code) == (model, name, 403)


def test_a_list_asks_as_often_for_three_rows_as_for_one(cast: Cast) -> None:
    client = as_(cast.director)
    counts: list[dict[str, int]] = []
    for more in (1, 2):
        fill(cast, more)
        counts.append({})
        for model in [*REGISTERS, *LOGS]:
            page = reverse(f"admin:residents_{model}_changelist")
            client.get(page)
            with CaptureQueriesContext(connection) as asked:
                client.get(page)
            counts[-1][model] = len(asked)
    assert counts[0] == counts[1]
    assert {model: count for model, count in counts[0].items() if count > 8} == {}


def test_the_street_keeps_the_checklists(cast: Cast) -> None:
    fields = {"kind": "shop", "words": "疏散通道畅通", "category": "1001", "order": 1, "is_used": "on"}
    page = reverse("admin:residents_checkitem_add")

    assert as_(cast.community).post(page, fields).status_code == 403
    assert as_(cast.dispatcher).post(page, fields).status_code == 302


def test_a_search_by_name_finds_nobody(cast: Cast) -> None:
    fill(cast)
    page = reverse("admin:residents_resident_changelist")

    assert 'class="results"' not in as_(cast.dispatcher).get(page, {"q": NAME}).content.decode()
    assert 'class="results"' in as_(cast.dispatcher).get(page, {"q": "九区3号楼"}).content.decode()


VIEWED: dict[str | None, Any] = {
    model._meta.model_name: model for model in apps.get_app_config("residents").get_models()
}
