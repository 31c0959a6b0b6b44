"""A household gives its voice: on a month of the property company, or on something that was done.

One household has one voice. Its first one stands at once; the household itself may change it by phone
until the asking closes. Whoever goes from door to door takes down what was not given yet, and changes
nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.models import User, today
from partybuilding.access import By
from partybuilding.meetings.models import Action
from partybuilding.meetings.workflow import ActionState
from partybuilding.steward.models import Appraisal, Mark, Poll, Stars, Steward
from partybuilding.steward.queries import household_of, households_in
from partybuilding.steward.terms import COMMENT_MAX, RATED_FOR, Question, Via
from residents.models import Household
from wangguan.privacy import mask_phones
from wangguan.refusals import Refused
from wangguan.words import storable


@dataclass(frozen=True)
class Speaker:
    """Which household speaks, and how its voice comes here."""

    household: Household
    via: Via
    taken_by: User | None = None


def speaker(steward: Steward, by: By, *, household: Household | None = None) -> Speaker:
    """The household `by` speaks for; a worker names the one at whose door they stand.

    Raises:
        Refused: nobody of this estate, or a door this worker does not know.
    """
    if by.phone_hash and (own := household_of(by.phone_hash, steward.estate_id)):
        return Speaker(own, Via.PHONE)
    if by.user and household and _at_the_door(steward, by.user, household):
        return Speaker(household, Via.VISIT, by.user)
    raise Refused(_("Only households of this estate have a voice here."))


def _at_the_door(steward: Steward, user: User, household: Household) -> bool:
    seen = Household.objects.visible_to(user) & households_in(steward.estate_id)
    return seen.filter(pk=household.pk).exists()


def give_marks(appraisal: Appraisal, who: Speaker, *, marks: Mapping[str, int], comment: str = "") -> Mark:
    """Mark a month on every question, 1 to 5; the household's own second voice replaces its first.

    Raises:
        Refused: it is not open, a question is left out, or the household has spoken already.
    """
    if set(marks) != set(Question.values) or not all(1 <= mark <= 5 for mark in marks.values()):
        raise Refused(_("Please mark every question from 1 to 5."))
    return _say(Mark, appraisal, "appraisal", who, {**marks, "comment": _plain(comment)})


def rate(action: Action, who: Speaker, *, solved: bool, stars: int, comment: str = "") -> Stars:
    """Say whether something that was done is solved.

    Raises:
        Refused: it is not done and checked, that is too long ago, or the household has spoken already.
    """
    if not 1 <= stars <= 5:
        raise Refused(_("Please choose a mark from 1 to 5."), field="stars")
    fields = {"solved": solved, "stars": stars, "comment": _plain(comment)}
    return _say(Stars, poll_of(action), "poll", who, fields)


def poll_of(action: Action) -> Poll:
    """What households are asked about this action; made when the first of them speaks.

    Raises:
        Refused: it is not done and checked, not shown to residents, or that is too long ago.
    """
    if poll := Poll.objects.filter(action=action).first():
        return poll
    if action.state != ActionState.CONFIRMED or action.confirmed_at is None or not action.topic.is_shared:
        raise Refused(_("This is not done and checked yet."))
    opens_on = timezone.localdate(action.confirmed_at)
    if today() > opens_on + RATED_FOR:
        raise Refused(_("This was closed; no more voices are taken."))
    fields = {"opens_on": opens_on, "closes_on": opens_on + RATED_FOR}
    return Poll.objects.get_or_create(action=action, defaults=fields)[0]


def _say(model: Any, asked: Appraisal | Poll, path: str, who: Speaker, fields: dict[str, Any]) -> Any:
    """Write one voice. Whoever closes the asking waits for it, or it is refused."""
    with transaction.atomic():
        held = type(asked)._default_manager.select_for_update(no_key=True).get(pk=asked.pk)
        if not held.takes_voices():
            raise Refused(_("This was closed; no more voices are taken."))
        voice = held.voice(who.household.pk)
        try:
            with transaction.atomic():
                given = {"via": who.via, "taken_by": who.taken_by, **fields}
                return model._default_manager.create(**{path: held}, voice=voice, **given)
        except IntegrityError:
            return _again(model, {path: held, "voice": voice}, who, fields)


def _again(model: Any, which: dict[str, Any], who: Speaker, fields: dict[str, Any]) -> Any:
    if who.via != Via.PHONE:
        raise Refused(_("This household has spoken already; it may change its words by phone itself."))
    row = model._default_manager.select_for_update().get(**which)
    for name, value in {**fields, "via": Via.PHONE, "taken_by": None}.items():
        setattr(row, name, value)
    row.save()
    return row


def _plain(comment: str) -> str:
    """Words as they are kept: without a phone number that somebody left in them."""
    return mask_phones(storable(comment))[:COMMENT_MAX]
