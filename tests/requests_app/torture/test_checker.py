"""The checker on hand-made journals: it must find what a real run never shows."""

import json
from collections import Counter
from typing import Any

from requests_app.torture import checker, journal
from requests_app.torture.journal import Told
from requests_app.torture.kept import Kept, Sms

FORM, ACTION = "0d3c", "77aa"
NUMBER = "WG-20261127-000001-0"
KEY = f"answer:{NUMBER}:a1:sms:resident"


def line(what: str, kind: str, key: str, **facts: Any) -> str:
    done = {"tries": 1, "waited": 0.1} if what == "done" else {}
    return json.dumps({"what": what, "kind": kind, "key": key, **done, **facts})


def told(*more: str) -> Told:
    """A matter told and resolved, both acknowledged."""
    step = {"number": NUMBER, "name": "resolve"}
    return journal.read(
        [
            line("sent", "submission", FORM),
            line("done", "submission", FORM, location="/t/x/"),
            line("sent", "step", ACTION, **step),
            line("done", "step", ACTION, **step),
            *more,
        ]
    )


def kept(**changed: Any) -> Kept:
    """What the database holds of it when all is well."""
    whole: dict[str, Any] = {
        "submissions": {FORM: ["/t/x/"]},
        "steps": {ACTION: [(NUMBER, "resolve")]},
        "answers": Counter({NUMBER: 1}),
        "messages": [Sms(KEY, "answer", NUMBER, "sent", delivered=True)],
    }
    return Kept(**{**whole, **changed})


def faults(told_: Told, kept_: Kept, phones: dict[str, int] | None = None) -> list[str]:
    return checker.faults(told_, kept_, Counter({KEY: 1} if phones is None else phones))


def test_checker_finds_nothing_when_all_is_there_once() -> None:
    assert faults(told(), kept()) == []


def test_checker_finds_a_lost_ticket() -> None:
    assert faults(told(), kept(submissions={})) == ["submission 0d3c was acknowledged and is there 0 times"]


def test_checker_finds_a_doubled_ticket() -> None:
    twice = {FORM: ["/t/x/", "/t/y/"]}
    assert faults(told(), kept(submissions=twice)) == [
        "submission 0d3c was acknowledged and is there 2 times"
    ]


def test_checker_finds_a_ticket_acknowledged_as_another() -> None:
    assert faults(told(), kept(submissions={FORM: ["/t/y/"]})) == [
        "submission 0d3c was acknowledged with another ticket's page"
    ]


def test_checker_finds_an_invented_ticket() -> None:
    invented = {FORM: ["/t/x/"], "beef": ["/t/y/"]}
    assert faults(told(), kept(submissions=invented)) == ["the ticket of form beef was sent by nobody"]


def test_checker_finds_a_ticket_without_a_form() -> None:
    assert faults(told(), kept(without_form=[NUMBER])) == [f"the ticket {NUMBER} came from no form"]


def test_checker_lets_an_unacknowledged_ticket_be_there_once() -> None:
    sent = told(line("sent", "submission", "beef"))
    assert faults(sent, kept(submissions={FORM: ["/t/x/"], "beef": ["/t/y/"]})) == []


def test_checker_lets_an_unacknowledged_ticket_be_missing() -> None:
    assert faults(told(line("sent", "submission", "beef")), kept()) == []


def test_checker_finds_an_unacknowledged_ticket_there_twice() -> None:
    sent = told(line("sent", "submission", "beef"))
    assert faults(sent, kept(submissions={FORM: ["/t/x/"], "beef": ["/t/y/", "/t/z/"]})) == [
        "submission beef was not acknowledged and is there 2 times"
    ]


def test_checker_finds_a_lost_step() -> None:
    (found,) = faults(told(), kept(steps={}))
    assert found.endswith("was acknowledged and has 0 entries: []")


def test_checker_finds_a_doubled_step() -> None:
    (found,) = faults(told(), kept(steps={ACTION: [(NUMBER, "resolve")] * 2}))
    assert "was acknowledged and has 2 entries" in found


def test_checker_finds_a_step_taken_by_nobody() -> None:
    steps = {ACTION: [(NUMBER, "resolve")], "beef": [(NUMBER, "accept")]}
    assert faults(told(), kept(steps=steps)) == [f"the step [('{NUMBER}', 'accept')] was taken by nobody"]


def test_checker_finds_a_lost_verdict() -> None:
    said = told(line("done", "verdict", f"{NUMBER}:yes", number=NUMBER, name="yes"))
    (found,) = faults(said, kept())
    assert found.endswith("was acknowledged and is there 0 times")


def test_checker_finds_a_doubled_withdrawal() -> None:
    taken_back = told(line("done", "withdraw", NUMBER, number=NUMBER))
    (found,) = faults(taken_back, kept(withdrawn=Counter({NUMBER: 2})))
    assert found.endswith("was acknowledged and is there 2 times")


def test_checker_finds_a_refused_step() -> None:
    refused = told(line("refused", "step", "beef", number=NUMBER, name="accept", status=409, sentence="no"))
    assert faults(refused, kept()) == [f"step accept {NUMBER} beef was refused: 409 no"]


def test_checker_finds_an_action_given_up() -> None:
    given_up = told(line("given_up", "step", "beef", number=NUMBER, name="accept", tries=9))
    assert faults(given_up, kept()) == [f"step accept {NUMBER} beef was not answered in 9 tries"]


def test_checker_finds_an_answer_nobody_was_told_of() -> None:
    assert faults(told(), kept(), phones={}) == [f"the answer {KEY} was told 0 times"]


def test_checker_finds_an_answer_told_twice() -> None:
    assert faults(told(), kept(), phones={KEY: 2}) == [f"the answer {KEY} was told 2 times"]


def test_checker_finds_an_answer_told_under_two_keys() -> None:
    again = Sms(f"{KEY}~2", "answer", NUMBER, "sent", delivered=True)
    found = faults(told(), kept(messages=[*kept().messages, again]), phones={KEY: 1, again.key: 1})
    assert found == [f"{NUMBER} has 1 answers and 2 messages of one"]


def test_checker_finds_a_delivery_that_was_not_recorded() -> None:
    silent = [Sms(KEY, "answer", NUMBER, "sent", delivered=False)]
    assert faults(told(), kept(messages=silent)) == [f"the delivery of {KEY} is not recorded"]


def test_checker_finds_a_message_stuck_in_sending() -> None:
    assert faults(told(), kept(waiting=Counter({"sending": 1}))) == ["1 messages are still sending"]


def test_checker_finds_a_message_given_up() -> None:
    dead = Sms(f"received:{NUMBER}:v1:sms:resident", "received", NUMBER, "dead", delivered=False)
    assert faults(told(), kept(messages=[*kept().messages, dead])) == [f"the message {dead.key} ended dead"]


def test_checker_finds_a_phone_told_what_nobody_wrote() -> None:
    stray = f"received:{NUMBER}:v1:sms:resident"
    assert faults(told(), kept(), phones={KEY: 1, stray: 1}) == [
        f"a phone was told {stray}, which nobody wrote"
    ]


def test_checker_finds_a_broken_rule_of_the_audit() -> None:
    assert faults(told(), kept(audit={"3_chain": [NUMBER]})) == [f"audit_loop: 3_chain: {NUMBER}"]
