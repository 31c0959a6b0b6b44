"""Visits that are due: the adviser is told once for each; run twice, the second finds nothing left."""

from collections import defaultdict

from django.db import transaction

from grids.models import User, today
from grids.queries import serving
from grids.roles import COMMUNITY_ROLES
from partybuilding.sectors import messages
from partybuilding.sectors.models import Firm
from partybuilding.sectors.services.firms import may_advise
from partybuilding.sectors.terms import BATCH
from wangguan.notify import outbox
from wangguan.notify.outbox import Draft


def remind() -> int:
    """Tell advisers of visits that are due, their community when one left; of how many firms."""
    done = 0
    while batch := _batch():
        done += batch
        if batch < BATCH:
            break
    return done


def _batch() -> int:
    day = today()
    with transaction.atomic():
        waiting = Firm.objects.to_remind_of(day).order_by("next_visit_due", "pk")
        locked = waiting.select_for_update(of=("self",), skip_locked=True, no_key=True)
        firms = list(locked.defer("contact_name", "contact_phone")[:BATCH])
        if not firms:
            return 0
        advisers = User.objects.in_bulk({firm.adviser_id for firm in firms})
        communities = _Communities()
        outbox.add(draft for firm in firms for draft in _told(firm, advisers, communities))
        Firm.objects.filter(pk__in=[firm.pk for firm in firms]).update(reminded_on=day)
    return len(firms)


class _Communities:
    """Who serves each community, read once and only where somebody asks."""

    def __init__(self) -> None:
        self._people: dict[int, list[User]] | None = None

    def of(self, community: int) -> list[User]:
        if self._people is None:
            self._people = defaultdict(list)
            for post, person in serving(*COMMUNITY_ROLES):
                self._people[post.community_id or 0].append(person)
        return self._people[community]


def _told(firm: Firm, advisers: dict[int, User], communities: _Communities) -> list[Draft]:
    adviser, due = advisers.get(firm.adviser_id or 0), firm.next_visit_due
    if due is None or adviser is None:
        return []
    if may_advise(adviser, firm.community_id):
        return messages.due("firm_visit_due", firm, adviser, due)
    people = {person.pk: person for person in communities.of(firm.community_id)}
    return [
        draft for person in people.values() for draft in messages.due("firm_adviser_left", firm, person, due)
    ]
