"""Limits of each urgency: the office edits them, and clocks that run keep theirs."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from requests_app.categories import load_categories
from requests_app.deadlines import DEFAULT_LIMITS, Limit
from requests_app.models import Category, UrgencyRule
from requests_app.models.category import limits_by_urgency
from tests.cast import Cast
from tests.requests_app.matters import told

pytestmark = pytest.mark.django_db
LIST = "/admin/requests_app/urgencyrule/"


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    limits_by_urgency.forget()
    yield
    limits_by_urgency.forget()


def test_without_a_word_of_the_office_the_handbook_counts(cast: Cast) -> None:
    load_categories()
    assert {urgency: limits_by_urgency()[urgency] for urgency in "ABCD"} == DEFAULT_LIMITS
    assert UrgencyRule.objects.count() == 4


def test_new_limits_count_for_new_matters_alone(
    client: Client, cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    rule, before = UrgencyRule.objects.create(urgency="C"), told(cast)
    client.force_login(cast.dispatcher)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{LIST}{rule.pk}/change/", {"resolve_minutes": 90})
    after, due = told(cast), before.resolve_due
    before.refresh_from_db()
    assert (before.resolve_due, after.limit_minutes) == (due, 90)
    assert limits_by_urgency()["C"].accept == DEFAULT_LIMITS["C"].accept


def test_a_category_without_limits_of_its_own_follows(cast: Cast) -> None:
    UrgencyRule.objects.create(urgency="B", resolve_minutes=300)
    assert Category(urgency="B").limits().resolve == Limit.minutes(300)
    assert Category(urgency="B", resolve_minutes=60).limits().resolve == Limit.minutes(60)


@pytest.mark.parametrize(
    ("who", "status"), [("dispatcher", 200), ("director", 200), ("community", 403), ("worker", 302)]
)
def test_who_sets_them(client: Client, cast: Cast, who: str, status: int) -> None:
    rule = UrgencyRule.objects.create(urgency="A")
    client.force_login(getattr(cast, who))
    page = client.post(f"{LIST}{rule.pk}/change/", {"accept_minutes": 5, "accept_working_days": 1})
    assert page.status_code == status
    rule.refresh_from_db()
    assert rule.accept_minutes is None
