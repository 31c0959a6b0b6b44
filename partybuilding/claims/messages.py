"""Who is told what of the three lists: a link, never a title, a name or a phone."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from partybuilding import access
from partybuilding.claims.models import Claim, Item, Milestone
from partybuilding.claims.workflow import HELD, ClaimState, Step
from wangguan import clock
from wangguan.notify import hours, kinds
from wangguan.notify.outbox import Draft

TO_PUBLISH, PUBLISHED, UNCLAIMED = "claim_to_publish", "claim_published", "claim_unclaimed"
OFFERED, SHARE_ASKED, AGREED, ENDED = "claim_offered", "claim_share_asked", "claim_agreed", "claim_ended"
AHEAD, LATE, ACCEPTED, RATE = "claim_ahead", "claim_late", "claim_accepted", "claim_rate"
_OWN, _TOLD = "/together/claims/", "/together/told/"

# name: (title, text, path for whoever is known by phone)
_KINDS = {
    TO_PUBLISH: (_("To be published"), _("An item of the three lists waits for you: %(link)s"), ""),
    PUBLISHED: (_("It is published"), _("What you told or offered is on the list: %(link)s"), "/together/"),
    UNCLAIMED: (
        _("Nobody claims it"),
        _("An item of the three lists has not been claimed for 14 days: %(link)s"),
        "",
    ),
    OFFERED: (
        _("It was claimed"),
        _("Somebody claims an item of yours; please agree or not: %(link)s"),
        _OWN,
    ),
    SHARE_ASKED: (_("Somebody asks for a share"), _("Would you share what you claimed? %(link)s"), _OWN),
    AGREED: (_("Your claim is agreed to"), _("Both sides agree; please plan the milestones: %(link)s"), _OWN),
    ENDED: (_("A claim has ended"), _("A claim was given back or not agreed to: %(link)s"), _OWN),
    AHEAD: (_("A milestone is near"), _("A milestone is due within three days: %(link)s"), _OWN),
    LATE: (_("A milestone is late"), _("A milestone was not reached by its day: %(link)s"), _OWN),
    ACCEPTED: (_("It was accepted"), _("What you carried out was accepted. Thank you! %(link)s"), _OWN),
    RATE: (_("How was it?"), _("The need you told is met. Please say how it went: %(link)s"), _TOLD),
}
_OFFICE = ".office"
"""Ends the name of a kind whose link leads into the office."""


def register() -> None:
    """Make the kinds known to the outbox; called once at start-up."""
    for name, (title, text, path) in _KINDS.items():
        if path:
            kinds.register(kinds.Kind(name, title, text, path, sms_template=name.upper()))
        office = "/admin/party/claims/%(item)s/"
        kinds.register(kinds.Kind(name + _OFFICE, title, text, office))


def to_keepers(kind: str, item: Item, occasion: str, community: int | None = None) -> list[Draft]:
    """To whoever keeps the item's community (or `community`), in the portal."""
    return [
        Draft(
            key=f"{kind}:{item.pk}:{occasion}:in_app:{person.pk}",
            kind=kind + _OFFICE,
            channel="in_app",
            user=person,
            topic=f"CLAIM-{item.pk}",
            context={"item": item.pk},
        )
        for person in access.keepers_of(community or item.community_id)
    ]


def of_claim(claim: Claim) -> list[Draft]:
    """A new claim: to who answers for the item, or to whoever was first."""
    if claim.state == ClaimState.WAITING:
        first = _first(claim)
        return _claimant(SHARE_ASKED, first, f"c{claim.pk}") if first else []
    return _host(OFFERED, claim.item, f"c{claim.pk}")


def of_step(claim: Claim, step: Step, *, v: int) -> list[Draft]:
    """A step of a claim, told to the side that did not take it. `v` is the claim's version after it."""
    occasion = f"c{claim.pk}v{v}"
    match step.name:
        case "agree":
            return _claimant(AGREED, claim, occasion)
        case "refuse" | "end" | "keep":
            return _claimant(ENDED, claim, occasion)
        case "release":
            return _host(ENDED, claim.item, occasion)
        case _:
            return _host(OFFERED, claim.item, occasion)


def of_item(item: Item, step: Step, claims: Iterable[Claim]) -> list[Draft]:
    """A step of an item, told to who waits for it; `claims` are those that were open before it."""
    occasion = f"v{item.version}"
    if step.name == "publish":
        phone = item.unit.contact_phone if item.unit else item.contact_phone
        return [_sms(PUBLISHED, item, occasion, phone)] if phone else []
    found = list[Draft]()
    for claim in claims if step.name in ("withdraw", "accept") else ():
        each = f"{occasion}c{claim.pk}"
        if claim.state == ClaimState.DONE:
            units = [unit for unit in (claim.unit, claim.item.unit) if unit]
            found += [_sms(ACCEPTED, item, f"{each}u{unit.pk}", unit.contact_phone) for unit in units]
        else:
            found += _claimant(ENDED, claim, each)
    return found


def to_rate(items: Iterable[Item]) -> list[Draft]:
    """To whoever told a need, or is named in it, once it is accepted."""
    return [_sms(RATE, item, f"v{item.version}", item.contact_phone) for item in items if item.contact_phone]


def of_milestones(kind: str, rows: Iterable[Milestone]) -> list[Draft]:
    """To the claimant and to the office."""
    found = list[Draft]()
    for row in rows:
        occasion = f"m{row.pk}"
        found += _claimant(kind, row.claim, occasion)
        if row.claim.community_id is None:
            found += to_keepers(kind, row.claim.item, occasion)
        if row.claim.item.unit:
            found.append(_sms(kind, row.claim.item, f"{occasion}h", row.claim.item.unit.contact_phone))
    return found


def _first(claim: Claim) -> Claim | None:
    rows = Claim.objects.filter(item=claim.item_id, state__in=sorted(HELD)).select_related("unit", "item")
    return rows.order_by("pk").first()


def _host(kind: str, item: Item, occasion: str) -> list[Draft]:
    if item.unit:
        return [_sms(kind, item, occasion, item.unit.contact_phone)]
    return to_keepers(kind, item, occasion)


def _claimant(kind: str, claim: Claim, occasion: str) -> list[Draft]:
    if claim.unit:
        return [_sms(kind, claim.item, occasion, claim.unit.contact_phone)]
    return to_keepers(kind, claim.item, occasion, claim.community_id)


def _sms(kind: str, item: Item, occasion: str, phone: str) -> Draft:
    """Within the window of reminders: nobody is woken for it."""
    context: dict[str, Any] = {}
    return Draft(
        key=f"{kind}:{item.pk}:{occasion}:sms",
        kind=kind,
        channel="sms",
        to=phone,
        topic=f"CLAIM-{item.pk}",
        context=context,
        not_before=hours.window(clock.now()),
    )
