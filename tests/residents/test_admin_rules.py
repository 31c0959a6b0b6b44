"""The rules of the register in the admin: the street's leader changes them, what was done is only read."""

from typing import Any

import pytest
from django.test import Client

from grids.models import today
from residents.models import Policy, RetentionRun, RightsRequest
from residents.terms import RightsKind
from tests.cast import Cast
from tests.residents.factories import make_resident

pytestmark = pytest.mark.django_db
POLICY = "/admin/residents/policy/1/change/"
RULES: dict[str, Any] = {
    "unmaskings_per_hour": 10,
    "export_hours": 12,
    "visit_years": 4,
    "moved_years": 2,
    "rights_days": 10,
}


@pytest.mark.parametrize(
    ("who", "status", "years"),
    [
        ("director", 302, 4),
        *[(who, 403, 3) for who in ("dispatcher", "section", "community", "auditor")],
        *[(who, 302, 3) for who in ("worker", "leader", "parttime", "department")],
    ],
)
def test_only_the_streets_leader_changes_the_rules(
    client: Client, cast: Cast, who: str, status: int, years: int
) -> None:
    Policy.objects.create(pk=1)
    client.force_login(getattr(cast, who))

    response = client.post(POLICY, RULES)

    assert (response.status_code, Policy.current().visit_years) == (status, years)


def test_the_list_of_rules_is_their_form(client: Client, cast: Cast) -> None:
    client.force_login(cast.director)

    response = client.get("/admin/residents/policy/", follow=True)

    assert (response.status_code, response.redirect_chain[-1][0]) == (200, POLICY)


@pytest.mark.parametrize("model", ["retentionrun", "rightsrequest"])
def test_what_was_done_is_only_read(client: Client, cast: Cast, model: str) -> None:
    run = RetentionRun.objects.create(visits=7)
    asked = RightsRequest.objects.create(
        resident=make_resident(building=cast.building, name="欧阳守一"),
        kind=RightsKind.SEE,
        words="想看看",
        taken_by=cast.worker,
        due_on=today(),
    )
    pk = run.pk if model == "retentionrun" else asked.pk
    client.force_login(cast.director)
    base = f"/admin/residents/{model}/"

    pages = [client.get(address) for address in (base, f"{base}{pk}/change/")]

    assert [page.status_code for page in pages] == [200, 200]
    assert not any(word in page.content.decode() for page in pages for word in ("欧阳", "想看看"))
    for address in ("add/", f"{pk}/delete/"):
        assert client.post(f"{base}{address}").status_code == 403
    assert client.post(f"{base}{pk}/change/", {}).status_code == 403


def test_a_community_reads_its_own_requests(client: Client, cast: Cast) -> None:
    RightsRequest.objects.create(
        resident=make_resident(grid=cast.grid_far), kind=RightsKind.SEE, taken_by=cast.worker2, due_on=today()
    )
    found = {}
    for who in ("community", "community2", "auditor"):
        client.force_login(getattr(cast, who))
        found[who] = client.get("/admin/residents/rightsrequest/").context["cl"].result_count

    assert found == {"community": 0, "community2": 1, "auditor": 1}
