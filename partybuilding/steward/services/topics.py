"""How a topic comes to the table of an estate from below, and what residents see of it."""

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from grids.models import User
from partybuilding import access
from partybuilding.meetings.models import Topic
from partybuilding.meetings.services.topics import Proposal, lay
from partybuilding.meetings.terms import NAME_MAX, WORDS_MAX, Source
from partybuilding.meetings.workflow import UNSETTLED
from partybuilding.steward import messages
from partybuilding.steward.models import Backing, Shown, Steward
from partybuilding.steward.services.voices import Speaker
from partybuilding.steward.terms import Reserved
from requests_app.models import Ticket
from wangguan import clock, journal
from wangguan.notify import outbox
from wangguan.privacy import mask_address, mask_phones
from wangguan.refusals import Refused


# --- a request comes before the table ----------------------------------------------------
def table_open_to(ticket: Ticket) -> bool:
    """Whether a table stands where the matter lies, and does not have it yet; one query."""
    return Steward.objects.standing().of_ticket(ticket).without_topic(ticket).exists()


def bring(ticket: Ticket, by: User, words: str) -> dict[str, int]:
    """Hand the matter in at the table of its estate. Called by the ticket's own step, which has checked
    that `by` may and that nobody is named; the ticket's row is locked until both are written.

    Raises:
        Refused: no table stands there, it has the matter already, or the words are too long for it.
    """
    steward = (
        Steward.objects.standing()
        .of_ticket(ticket)
        .without_topic(ticket)
        .select_related("body", "estate")
        .first()
    )
    if steward is None:
        raise Refused(_("No Red Steward's table stands there, or it has this matter already."))
    if len(words) > WORDS_MAX:
        said = _("Please keep it under %(most)d characters; the table reads it aloud.")
        raise Refused(said % {"most": WORDS_MAX}, field="note")
    proposal = Proposal(title_of(ticket), words, Source.TICKET, ticket=ticket)
    topic = lay(steward.body, proposal, made_by=by)
    _tell(messages.BROUGHT, topic, steward)
    return {"topic": topic.pk}


def title_of(ticket: Ticket) -> str:
    """Category and building: what everybody at the table may know."""
    what = str(ticket.category) if ticket.category else _("A matter of the estate")
    place = ticket.building.address if ticket.building else mask_address(ticket.address)
    return f"{what} · {place}"[:NAME_MAX] if place else what[:NAME_MAX]


def _tell(kind: str, topic: Topic, steward: Steward) -> None:
    outbox.add(messages.of_topic(kind, topic, steward.pk, access.keepers_of(steward.community_id)))


# --- residents propose and second --------------------------------------------------------
@transaction.atomic
def propose(steward: Steward, who: Speaker, *, title: str, words: str, form_id: UUID) -> Topic:
    """A household hands in a topic; neighbours see it once the office has shown it.

    The same form again is the same topic.

    Raises:
        Refused: no title, or the table meets no more.
    """
    if first := Topic.objects.filter(form_id=form_id).first():
        return first
    proposal = Proposal(mask_phones(title), mask_phones(words), Source.RESIDENT, support=1)
    topic = lay(steward.body, proposal, form_id=form_id)
    shown = Shown.objects.create(topic=topic)
    Backing.objects.create(shown=shown, voice=_voice(shown, who), is_own=True)
    _tell(messages.PROPOSED, topic, steward)
    return topic


@transaction.atomic
def second(topic: Topic, who: Speaker) -> int:
    """A household seconds a topic, once; how many do.

    Raises:
        Refused: it is not shown to residents, or settled already.
    """
    shown = Shown.objects.select_for_update().filter(topic=topic, shown_at__isnull=False).first()
    if shown is None or topic.state not in UNSETTLED or not shown.salt:
        raise Refused(_("This topic does not wait for voices any more."))
    _row, is_new = Backing.objects.get_or_create(shown=shown, voice=_voice(shown, who))
    if is_new:
        Topic.objects.filter(pk=topic.pk).update(support=F("support") + 1)
    topic.refresh_from_db(fields=["support"])
    return topic.support


def _voice(shown: Shown, who: Speaker) -> str:
    return shown.voice(who.household.pk)


# --- what the office lets residents see, and whose matter it is --------------------------
@transaction.atomic
def show(topic: Topic, *, by: User) -> None:
    """From now on every household of the estate reads the topic and may second it.

    Raises:
        Refused: not this community's office, or settled already.
    """
    _keeps(by, topic)
    if topic.state not in UNSETTLED:
        raise Refused(_("This topic does not wait for voices any more."))
    shown, _is_new = Shown.objects.get_or_create(topic=topic)
    if shown.shown_at is None:
        Shown.objects.filter(pk=shown.pk).update(shown_at=clock.now(), shown_by=by)
        journal.note(by, [topic], journal.CHANGE, _("Shown to residents"))


@transaction.atomic
def reserve(topic: Topic, reserved: str, *, by: User) -> None:
    """Say which item of article 278 a topic falls under (`Reserved`), or none.

    Raises:
        Refused: not this community's office, or the table has spoken already.
    """
    _keeps(by, topic)
    moved = Topic.objects.filter(pk=topic.pk, state__in=UNSETTLED).update(is_owners_matter=bool(reserved))
    if not moved:
        raise Refused(_("The table has spoken on it already; its word keeps its name."))
    topic.is_owners_matter = bool(reserved)
    Shown.objects.update_or_create(topic=topic, defaults={"reserved": reserved})
    label = str(Reserved(reserved).label) if reserved else _("Not reserved to the owners")
    journal.note(by, [topic], journal.CHANGE, label)


def _keeps(user: User, topic: Topic) -> None:
    if not access.keeps(user, topic.body.community_id):
        raise Refused(_("Only the community's office keeps this table."))
