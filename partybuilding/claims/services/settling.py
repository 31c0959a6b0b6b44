"""An item follows its claims: how many shares are taken, and how far it is."""

from collections.abc import Iterable
from typing import Any

from partybuilding.claims.models import Claim, Item
from partybuilding.claims.workflow import HELD, RUNNING, ClaimState, State
from wangguan import clock
from wangguan.swap import swap


def locked(keys: Iterable[int]) -> dict[int, Item]:
    """These items by key, held until the transaction ends: who claims next waits."""
    rows = Item.objects.filter(pk__in=set(keys)).select_for_update(of=("self",), no_key=True)
    return {item.pk: item for item in rows.select_related("unit").order_by("pk")}


def partners(item: Item) -> set[int]:
    """Keys of the items that claims pair with this one."""
    pairs = Claim.objects.touching(item).filter(counterpart__isnull=False).values_list("item", "counterpart")
    return {key for pair in pairs for key in pair} - {item.pk}


def settle(item: Item) -> None:
    """Bring `taken` and `state` of a locked item in line with its claims.

    A claim takes its shares of its item, and one of the item it is paired with.
    """
    held = list(Claim.objects.touching(item).filter(state__in=sorted(HELD)))
    taken = sum(claim.shares if claim.item_id == item.pk else 1 for claim in held)
    state = _following(item, held, taken)
    if (taken, state) == (item.taken, item.state):
        return
    fields: dict[str, Any] = {"taken": taken, "state": state}
    if state == State.PUBLISHED:
        fields |= {"open_since": clock.now(), "told_unclaimed_on": None}
    swap(item, **fields)


def _following(item: Item, held: list[Claim], taken: int) -> str:
    """Where its claims bring a running item; shares that are left when others are done are offered again."""
    live = [claim for claim in held if claim.state != ClaimState.DONE]
    if item.state not in RUNNING:
        return item.state
    if not live:
        return State.PUBLISHED if taken < item.shares else item.state
    if all(claim.state == ClaimState.OFFERED for claim in live):
        return State.CLAIMED
    return State.IN_PROGRESS if item.state == State.IN_PROGRESS else State.AGREED
