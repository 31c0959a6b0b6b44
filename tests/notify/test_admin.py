from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from grids.models import User
from tests.cast import Cast
from wangguan.notify.models import Message, State

pytestmark = pytest.mark.django_db
Write = Callable[..., Message]
LIST = reverse("admin:notify_message_changelist")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def superuser() -> User:
    return User.objects.create_superuser("root", real_name="根", phone="13800000009")


def test_list_masks_addresses(cast: Cast, write: Write) -> None:
    write(to="13800008000")
    page = signed_in(cast.dispatcher).get(LIST).content.decode()
    assert ("138****8000" in page, "13800008000" in page) == (True, False)


def test_a_message_shows_neither_its_words_nor_its_address(cast: Cast, write: Write) -> None:
    message = write(to="13800008000", context={"number": "WG-1", "token": "a-secret-token"})
    address = reverse("admin:notify_message_change", args=[message.pk])
    page = signed_in(cast.auditor).get(address).content.decode()
    assert ("a-secret-token" in page, "13800008000" in page) == (False, False)


@pytest.mark.parametrize("name", ["community", "leader", "department"])
def test_others_see_no_outbox(cast: Cast, name: str) -> None:
    assert signed_in(getattr(cast, name)).get(LIST).status_code in (302, 403)


def test_nobody_changes_a_message(superuser: User, write: Write) -> None:
    address = reverse("admin:notify_message_change", args=[write("k").pk])
    signed_in(superuser).post(address, {"state": State.CANCELLED})
    assert Message.objects.get().state == State.QUEUED


def test_send_again_writes_a_given_up_message_anew(cast: Cast, write: Write) -> None:
    message = write("k")
    Message.objects.update(state=State.DEAD)
    signed_in(cast.dispatcher).post(LIST, {"action": "send_again", "_selected_action": [message.pk]})
    assert Message.objects.get(key="k~2").state == State.QUEUED


def test_an_auditor_sends_nothing_again(cast: Cast, write: Write) -> None:
    message = write("k")
    Message.objects.update(state=State.DEAD)
    signed_in(cast.auditor).post(LIST, {"action": "send_again", "_selected_action": [message.pk]})
    assert Message.objects.count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_for_any_number_of_rows(
    superuser: User, write: Write, user: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        write(f"k{number}", user=user)
    client = signed_in(superuser)
    # Who is signed in, their posts (may they bring registers in?), own filters, the keys, the rows.
    with django_assert_num_queries(5):
        client.get(LIST)
