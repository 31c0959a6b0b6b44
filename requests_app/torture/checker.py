"""Hold what the portal acknowledged against what it kept and told: every fault in a sentence."""

from collections import Counter
from collections.abc import Iterable, Iterator

from requests_app.torture.journal import Action, Told
from requests_app.torture.kept import ANSWERS, Kept
from wangguan.notify.models import State


def faults(told: Told, kept: Kept, phones: Counter[str]) -> list[str]:
    """Whatever was lost, doubled, invented or forgotten; `phones` is how often each key was told.

    An action that nobody acknowledged may have happened or not, but at most once.
    """
    return [
        *_refused(told),
        *_submissions(told, kept),
        *_steps(told, kept),
        *_counted("verdict", told, kept.verdicts),
        *_counted("withdraw", told, kept.withdrawn),
        *_answers(kept, phones),
        *_messages(kept, phones),
        *(f"audit_loop: {rule}: {', '.join(numbers)}" for rule, numbers in kept.audit.items()),
    ]


def _refused(told: Told) -> Iterator[str]:
    for action in told.actions.values():
        if action.refused:
            yield f"{_named(action)} was refused: {action.refused}"
        if action.given_up:
            yield f"{_named(action)} was not answered in {action.tries} tries"


def _submissions(told: Told, kept: Kept) -> Iterator[str]:
    for action in told.of("submission"):
        pages = kept.submissions.get(action.key, [])
        if len(pages) != 1:
            yield f"{_named(action)} was acknowledged and is there {len(pages)} times"
        elif action.location != pages[0]:
            yield f"{_named(action)} was acknowledged with another ticket's page"
    yield from _doubled(told.of("submission", done=False), kept.submissions)
    for key in kept.submissions:
        if ("submission", key) not in told.actions:
            yield f"the ticket of form {key} was sent by nobody"
    yield from (f"the ticket {number} came from no form" for number in kept.without_form)


def _steps(told: Told, kept: Kept) -> Iterator[str]:
    for action in told.of("step"):
        entries = kept.steps.get(action.key, [])
        if entries != [(action.number, action.name)]:
            yield f"{_named(action)} was acknowledged and has {len(entries)} entries: {entries}"
    yield from _doubled(told.of("step", done=False), kept.steps)
    for key, entries in kept.steps.items():
        if ("step", key) not in told.actions:
            yield f"the step {entries} was taken by nobody"
    yield from (f"the step {entry} has no key" for entry in kept.without_key)


def _counted(kind: str, told: Told, counted: Counter[str]) -> Iterator[str]:
    """A verdict or withdrawal is known by its ticket: acknowledged ones are there once, others at most."""
    for action in told.of(kind):
        if counted[action.key] != 1:
            yield f"{_named(action)} was acknowledged and is there {counted[action.key]} times"
    for key, times in counted.items():
        if (kind, key) not in told.actions:
            yield f"the {kind} {key} was given by nobody"
        elif times > 1 and not told.actions[kind, key].done:
            yield f"the {kind} {key} is there {times} times"


def _doubled(
    unanswered: Iterable[Action], found: dict[str, list[str]] | dict[str, list[tuple[str, str]]]
) -> Iterator[str]:
    for action in unanswered:
        if (times := len(found.get(action.key, []))) > 1:
            yield f"{_named(action)} was not acknowledged and is there {times} times"


def _answers(kept: Kept, phones: Counter[str]) -> Iterator[str]:
    """Each answer has one key, and that key was told once and its delivery recorded."""
    messages = [message for message in kept.messages if message.kind in ANSWERS]
    keys = Counter(message.number for message in messages)
    for number in sorted({*kept.answers, *keys}):
        if keys[number] != kept.answers[number]:
            yield f"{number} has {kept.answers[number]} answers and {keys[number]} messages of one"
    for message in messages:
        if phones[message.key] != 1:
            yield f"the answer {message.key} was told {phones[message.key]} times"
        if not message.delivered:
            yield f"the delivery of {message.key} is not recorded"


def _messages(kept: Kept, phones: Counter[str]) -> Iterator[str]:
    """Nothing is told twice, stuck, given up, or told without a row."""
    for state, count in kept.waiting.items():
        yield f"{count} messages are still {state}"
    known = set()
    for message in kept.messages:
        known.add(message.key)
        if message.state in (State.DEAD, State.UNKNOWN):
            yield f"the message {message.key} ended {message.state}"
        elif message.state == State.SENT and phones[message.key] != 1 and message.kind not in ANSWERS:
            yield f"the message {message.key} was told {phones[message.key]} times"
    for key, times in phones.items():
        if key.endswith(":sms:resident") and key not in known:
            yield f"a phone was told {key}, which nobody wrote"
        if times > 1 and key not in known:
            yield f"a phone was told {key} {times} times"


def _named(action: Action) -> str:
    return " ".join(filter(None, (action.kind, action.name, action.number, action.key)))
