"""What residents say to departments calling them, and departments asking for the number."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from grids.models import User
from requests_app.services.actor import RESIDENT, Actor, staff
from requests_app.services.change import Change
from requests_app.whistles import access
from requests_app.whistles.models import Call, Consent, Entry, Matter
from requests_app.whistles.services.writing import Move
from requests_app.whistles.terms import WORDS_MAX
from requests_app.whistles.workflow import CONSENT, DIALLED, State
from requests_app.workflow import CALLED
from wangguan import auditlog, clock
from wangguan.refusals import Refused
from wangguan.words import storable


def say(matter: Matter, answer: str) -> None:
    """The resident's own tap; it may be changed as long as the departments work.

    Raises:
        Refused: the whistle is over.
    """
    _keep(matter, answer, RESIDENT, note="")


def record(matter: Matter, answer: str, *, by: User, words: str, action_id: UUID | None = None) -> None:
    """What the resident said on the phone, heard by somebody who works on the matter.

    Raises:
        Refused: not this person's matter, no words, or the whistle is over.
    """
    if not access.may_record_consent(by, matter.ticket):
        raise Refused(_("Only those who work on it record what the resident says."))
    words = storable(words)[:WORDS_MAX]
    if not words:
        raise Refused(_("Please write what the resident said, and when."), field="words")
    _keep(matter, answer, staff(by), note=words, action_id=action_id)


def _keep(matter: Matter, answer: str, actor: Actor, *, note: str, action_id: UUID | None = None) -> None:
    if answer not in (Consent.YES, Consent.NO):
        raise Refused(_("Please answer yes or no."), field="answer")
    with transaction.atomic():
        row = (
            Matter.objects.select_for_update(of=("self",))
            .select_related("whistle", "ticket")
            .get(pk=matter.pk)
        )
        if action_id and row.whistle.entries.filter(action_id=action_id).exists():
            return
        if row.whistle.state != State.BLOWN:
            raise Refused(_("The departments have finished; nobody is called any more."))
        if row.consent == answer and not note:
            return
        row.consent, row.consent_at, row.consent_by = answer, clock.now(), actor.user
        row.save(update_fields=["consent", "consent_at", "consent_by"])
        told = {"answer": answer}
        Move(
            row.whistle, CONSENT, actor, note=note, detail=told, ticket=row.ticket, action_id=action_id
        ).record()


def dial(call: Call, matter: Matter, *, by: User) -> Entry:
    """A department asks for the number of a resident who agreed; every tap is an entry, here and there.

    Raises:
        Refused: no consent, or the department does not work on it any more.
    """
    with transaction.atomic():
        fresh = (
            Matter.objects.select_for_update(of=("self",))
            .select_related("whistle", "ticket")
            .get(pk=matter.pk)
        )
        if not access.reporter_open_to_departments(fresh.whistle, fresh) or not access.works_on(call):
            raise Refused(_("The resident has not agreed to be called."))
        Change(fresh.ticket, CALLED, staff(by), free=True).write()
        entry = Move(fresh.whistle, DIALLED, staff(by), call, ticket=fresh.ticket).record()
        about = f"requests_app.ticket:{fresh.ticket.number}"
        auditlog.write(auditlog.Kind.UNMASKED, actor=by, subject=about, detail={"field": "phone"})
    return entry
