"""Following somebody else's matter: once per person, told once per answer, stopped for good."""

import pytest
from django.db import IntegrityError, transaction

from requests_app.models import Follow, Ticket
from requests_app.services import RESIDENT, follow, staff, stop_following, take
from tests.cast import Cast
from tests.requests_app.matters import PHONE, accepted, told
from wangguan.notify.models import Message

OTHER = "13900000001"


def join(ticket: Ticket, **fields: str) -> Follow:
    return follow(ticket, **{"kind": "voice", "device": "one", **fields})


def heard(kind: str = "followed_answered") -> list[str]:
    """Phones that were told."""
    return list(Message.objects.filter(kind=kind).order_by("pk").values_list("to", flat=True))


def resolve(ticket: Ticket, cast: Cast) -> None:
    take(ticket, "resolve", by=staff(cast.worker), answer="您好，灯已经换好。")


def voices(ticket: Ticket) -> int:
    return Ticket.objects.get(pk=ticket.pk).voices


# --- beginning ---------------------------------------------------------------------------
def test_a_voice_is_counted(cast: Cast) -> None:
    ticket = told(cast)
    join(ticket, phone=OTHER)
    assert voices(ticket) == 1


def test_following_alone_is_not_counted(cast: Cast) -> None:
    ticket = told(cast)
    join(ticket, kind="follow")
    assert voices(ticket) == 0


def test_the_same_device_again_is_the_same_follower(cast: Cast) -> None:
    ticket = told(cast)
    assert join(ticket).pk == join(ticket).pk
    assert voices(ticket) == 1


def test_a_follower_may_still_raise_a_voice(cast: Cast) -> None:
    ticket = told(cast)
    join(ticket, kind="follow")
    join(ticket)
    assert voices(ticket) == 1


def test_the_same_phone_on_another_device_counts_once(cast: Cast) -> None:
    ticket = told(cast)
    join(ticket, phone=OTHER)
    second = join(ticket, phone=OTHER, device="two")
    assert (voices(ticket), second.has_phone, second.kind) == (1, False, "follow")


def test_whoever_told_it_is_no_voice_beside_themselves(cast: Cast) -> None:
    ticket = told(cast)
    join(ticket, phone=PHONE)
    assert voices(ticket) == 0


def test_a_voice_changes_no_urgency_and_no_version(cast: Cast) -> None:
    ticket = told(cast)
    join(ticket)
    now = Ticket.objects.get(pk=ticket.pk)
    assert (now.urgency, now.version, now.due_at) == (ticket.urgency, ticket.version, ticket.due_at)


def test_the_phone_lies_encrypted(cast: Cast) -> None:
    row = join(told(cast), phone=OTHER)
    stored = Follow.objects.raw("SELECT id, phone || '' AS cipher FROM requests_app_follow")[0]
    assert (row.phone, OTHER in stored.cipher) == (OTHER, False)  # type: ignore[attr-defined]


def test_the_database_refuses_a_second_row_of_a_device(cast: Cast) -> None:
    row = join(told(cast))
    with pytest.raises(IntegrityError), transaction.atomic():
        Follow.objects.create(ticket=row.ticket, device_hash=row.device_hash)


# --- hearing -----------------------------------------------------------------------------
def test_followers_are_told_of_the_answer(cast: Cast) -> None:
    ticket = accepted(cast)
    join(ticket, phone=OTHER)
    resolve(ticket, cast)
    assert heard() == [OTHER]


def test_the_message_carries_number_and_token_only(cast: Cast) -> None:
    ticket = accepted(cast)
    row = join(ticket, phone=OTHER)
    resolve(ticket, cast)
    context = Message.objects.get(kind="followed_answered").context
    assert context == {"number": ticket.number, "token": row.token}


def test_a_device_alone_gets_no_message_but_the_moment(cast: Cast) -> None:
    ticket = accepted(cast)
    row = join(ticket)
    resolve(ticket, cast)
    row.refresh_from_db()
    assert (heard(), row.told_at is not None) == ([], True)


def test_a_second_answer_is_told_again(cast: Cast) -> None:
    ticket = accepted(cast)
    join(ticket, phone=OTHER)
    resolve(ticket, cast)
    take(ticket, "answer", by=staff(cast.worker), how="phone")
    take(ticket, "reopen", by=RESIDENT, note="还是不亮")
    take(ticket, "resolve", by=staff(cast.community), answer="这次换了线。")
    assert heard() == [OTHER, OTHER]


def test_followers_of_a_merged_matter_hear_the_parents_answer(cast: Cast) -> None:
    parent, child = accepted(cast), told(cast, contact_phone="13800000098")
    join(child, phone=OTHER)
    take(child, "merge", by=staff(cast.leader), parent=parent)
    resolve(parent, cast)
    assert heard() == [OTHER]


def test_who_follows_parent_and_child_hears_once(cast: Cast) -> None:
    parent, child = accepted(cast), told(cast, contact_phone="13800000098")
    join(child, phone=OTHER)
    join(parent, phone=OTHER)
    take(child, "merge", by=staff(cast.leader), parent=parent)
    resolve(parent, cast)
    assert heard() == [OTHER]


def test_who_told_the_child_and_follows_the_parent_hears_of_their_own(cast: Cast) -> None:
    parent, child = accepted(cast), told(cast, contact_phone=OTHER)
    join(parent, phone=OTHER)
    take(child, "merge", by=staff(cast.leader), parent=parent)
    resolve(parent, cast)
    assert heard() == []


def test_followers_learn_that_it_was_withdrawn(cast: Cast) -> None:
    ticket = told(cast)
    join(ticket, phone=OTHER)
    take(ticket, "withdraw", by=RESIDENT)
    assert heard("followed_withdrawn") == [OTHER]


def test_a_refusal_is_an_answer_too(cast: Cast) -> None:
    ticket = accepted(cast)
    join(ticket, phone=OTHER)
    take(ticket, "decline", by=staff(cast.community), note="不归街道", answer="请打 12345。")
    assert heard() == [OTHER]


# --- stopping ----------------------------------------------------------------------------
def test_stopping_erases_the_phone(cast: Cast) -> None:
    row = join(told(cast), phone=OTHER)
    stop_following(row)
    row.refresh_from_db()
    assert (row.phone, row.phone_hash, row.is_running) == ("", "", False)


def test_who_stopped_is_not_told(cast: Cast) -> None:
    ticket = accepted(cast)
    stop_following(join(ticket, phone=OTHER))
    resolve(ticket, cast)
    assert heard() == []


def test_stopping_takes_back_what_waits_and_erases_it_there(cast: Cast) -> None:
    ticket = accepted(cast)
    row = join(ticket, phone=OTHER)
    resolve(ticket, cast)
    stop_following(row)
    message = Message.objects.get(kind="followed_answered")
    assert (message.state, message.to) == ("cancelled", "")


def test_stopping_keeps_the_voice_and_beginning_again_adds_none(cast: Cast) -> None:
    ticket = told(cast)
    stop_following(join(ticket))
    assert join(ticket).is_running
    assert voices(ticket) == 1
