"""Items, claims and units for tests; every state is reached along its own steps."""

from io import BytesIO
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from grids.models import today
from partybuilding.access import By
from partybuilding.checkins.models import Unit
from partybuilding.checkins.services import entering
from partybuilding.checkins.services import steps as check_ins
from partybuilding.checkins.services.entering import Whom
from partybuilding.claims.models import Claim, Item, Milestone
from partybuilding.claims.services import agreeing, carrying, claiming, listing, steps
from partybuilding.claims.services.claiming import Wish
from tests.cast import Cast
from tests.partybuilding import clients
from tests.partybuilding.clients import as_ as as_
from wangguan.privacy import keyed_hash

ONE, TWO, TELLER, STRANGER = "19953755001", "19953755002", "19953755101", "19953755999"
TELLER_NAME = "孙桂芳"


def of_phone(phone: str = ONE) -> By:
    return By(phone_hash=keyed_hash(phone))


def knowing(phone: str = ONE) -> Client:
    return clients.knowing(phone)


def unit(
    cast: Cast, name: str = "市第五中学", *, phone: str = ONE, confirmed: bool = True, **fields: Any
) -> Unit:
    row = entering.unit_in(
        name,
        "school",
        community=fields.pop("community", cast.community_unit),
        contact=Whom("钱秀兰", phone),
        people=10,
        offers=fields.pop("offers", ""),
        form_id=uuid4(),
    )
    if confirmed:
        check_ins.take(row, "confirm", by=By(cast.director))
    return row.unit


def draft(cast: Cast, **fields: Any) -> Item:
    """A need of the cast's community, as its office enters it."""
    given = {
        "sort": "need",
        "kind": "space",
        "community": cast.community_unit,
        "title": "合唱队排练场地",
        "words": "每周六下午两小时",
        "source": "office",
    }
    by = By(cast.director if "community" in fields else cast.community)
    return listing.enter({**given, **fields}, by=by, form_id=uuid4())


def need(cast: Cast, **fields: Any) -> Item:
    row = draft(cast, **fields)
    steps.take(row, "publish", by=By(cast.director))
    return fresh(row)


def hall(cast: Cast, owner: Unit, *, published: bool = True, **fields: Any) -> Item:
    """A room that a unit offers to the whole street."""
    given = {"kind": "space", "title": "周末可用排练厅", "community": None}
    row = listing.offer(owner, {**given, **fields}, by=By(phone_hash=owner.contact_hash), form_id=uuid4())
    if published:
        steps.take(row, "publish", by=By(cast.director))
    return fresh(row)


def claimed(item: Item, who: Unit, **fields: Any) -> Claim:
    """A unit claims, having seen the item as it stands."""
    wish = Wish(uuid4(), unit=who, **{"seen": fresh(item).taken, **fields})
    return claiming.claim(item, wish, by=By(phone_hash=who.contact_hash))


def agreed(cast: Cast, item: Item, who: Unit, **fields: Any) -> Claim:
    claim = claimed(item, who, **fields)
    agreeing.move(claim, "agree", by=By(cast.director))
    return Claim.objects.for_page().get(pk=claim.pk)


def accepted(cast: Cast, item: Item, who: Unit, **fields: Any) -> Item:
    agreed(cast, item, who, **fields)
    steps.take(fresh(item), "begin", by=By(cast.director))
    steps.take(fresh(item), "accept", by=By(cast.director), note="排练了四次，大家满意。")
    return fresh(item)


def planned(cast: Cast, claim: Claim, **fields: Any) -> Milestone:
    given = {"name": "第一次排练", "due_on": today(), "form_id": uuid4()}
    return carrying.plan(claim, by=By(cast.director), **{**given, **fields})


def fresh(item: Item) -> Item:
    return Item.objects.select_related("unit", "community").get(pk=item.pk)


def waiting(item: Item, who: Unit) -> Claim:
    """Every share is taken, and this unit asks for one."""
    row = claiming.ask(item, Wish(uuid4(), unit=who), by=By(phone_hash=who.contact_hash))
    return Claim.objects.for_page().get(pk=row.pk)


def state(item: Item) -> tuple[str, int]:
    row = fresh(item)
    return row.state, row.taken


def photo() -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (8, 8), "white").save(content, "JPEG")
    return SimpleUploadedFile("a.jpg", content.getvalue(), "image/jpeg")
