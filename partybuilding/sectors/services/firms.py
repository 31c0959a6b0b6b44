"""What people do with a firm. Each step is compared and swapped on its version, and done once per press."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.models import Grid, User, today
from partybuilding.organisations.models import Organisation
from partybuilding.sectors import access, messages
from partybuilding.sectors.models import AdviserVisit, Firm, Survey
from partybuilding.sectors.queries import ADVISING
from partybuilding.sectors.services import branches
from partybuilding.sectors.services.branches import NewBranch
from partybuilding.sectors.services.writing import PROGRAM, Done, Press, record, take, worded
from partybuilding.sectors.terms import VISIT_EVERY, WORDS_MAX, Why
from partybuilding.sectors.workflow import CALLED, REPORT, Stage
from wangguan import auditlog
from wangguan.notify import outbox
from wangguan.refusals import Refused
from wangguan.words import for_the_record, storable


@dataclass(frozen=True)
class Counted:
    """What a survey counts and hears. Numbers only: no worker has a name here."""

    people: int
    party_members: int = 0
    floating_members: int = 0
    needs: str = ""
    offers: str = ""

    @property
    def numbers(self) -> dict[str, int]:
        return {name: value for name, value in asdict(self).items() if isinstance(value, int)}

    def check(self) -> None:
        """Raises: Refused: the parts are more than the whole."""
        if self.party_members > self.people:
            raise Refused(_("There are more members than people."), field="party_members")
        if self.floating_members > self.party_members:
            raise Refused(_("There are more floating members than members."), field="floating_members")


def report(
    grid: Grid, *, by: User, about: dict[str, Any], counted: Counted | None = None, press: Press = PROGRAM
) -> Firm:
    """Enter a new firm or site, with the first survey where there is one; keepers confirm it.

    `about`: columns of `Firm` that describe it (name, kind, trade, address, building, contact…).

    Raises:
        Refused: this person may not, the grid lists the name already, or something does not fit.
    """
    if first := _reported_with(press):
        return first
    if not access.may_report(by, grid):
        raise Refused(_("You enter firms of your own grid or community only."))
    firm = Firm(grid=grid, community_id=grid.community_id, action_id=press.action_id, **about)
    try:
        with transaction.atomic():
            _checked(firm)
            firm.save()
            record(firm, REPORT, by=by, press=press, before="", done=Done({}))
            if counted:
                Firm.objects.filter(pk=firm.pk).update(**_surveyed(firm, by, counted, today()))
    except IntegrityError:
        if first := _reported_with(press):
            return first
        raise
    firm.refresh_from_db()
    return firm


def survey(firm: Firm, *, by: User, counted: Counted, on: date | None = None, press: Press = PROGRAM) -> Firm:
    """Write down what was counted and heard; the newest survey's numbers are the firm's.

    Raises:
        Refused: this person may not, or the numbers do not fit.
    """
    day = _past(on, "on")
    return take(firm, "survey", by=by, press=press, work=lambda row: Done(_surveyed(row, by, counted, day)))


def confirm(firm: Firm, *, by: User, words: str = "", press: Press = PROGRAM) -> Firm:
    """What was surveyed is right.

    Raises:
        Refused: this person may not, or nobody has surveyed it yet.
    """

    def work(row: Firm) -> Done:
        if row.surveyed_on is None:
            raise Refused(_("Nobody has surveyed it yet; write down a survey first."))
        return Done({}, storable(words)[:WORDS_MAX])

    return take(firm, "confirm", by=by, press=press, work=work)


def name_adviser(firm: Firm, *, by: User, adviser: User, again: bool = False, press: Press = PROGRAM) -> Firm:
    """Name who advises and visits (党建指导员), the first (`again`: another); they are told.

    Raises:
        Refused: this person may not, or the adviser holds no post of this community or the street.
    """

    def work(row: Firm) -> Done:
        if not may_advise(adviser, row.community_id):
            said = _("An adviser holds a post of this community or of the street.")
            raise Refused(said, field="adviser")
        columns = {"adviser": adviser, "next_visit_due": today() + VISIT_EVERY, "reminded_on": None}
        if adviser != by:
            outbox.add(messages.named(row, adviser))
        return Done(columns, about=str(adviser))

    return take(firm, "readvise" if again else "guide", by=by, press=press, work=work)


def may_advise(person: User, community: int) -> bool:
    """Whether somebody may be named adviser of firms in this community."""
    return any(
        post.role in ADVISING and post.community_id in (None, community) for post in person.current_posts
    )


def visit(firm: Firm, *, by: User, words: str, on: date | None = None, press: Press = PROGRAM) -> Firm:
    """Write down a visit; the next is due a quarter after it.

    Raises:
        Refused: this person may not, there are no words, or the day lies ahead.
    """
    words = worded(words, _("Please write what was talked about."))
    day = _past(on, "on")

    def work(row: Firm) -> Done:
        AdviserVisit.objects.create(firm=row, on=day, by=by, words=words)
        due = max(row.next_visit_due or day, day + VISIT_EVERY)
        moved = {"next_visit_due": due, "reminded_on": None} if due != row.next_visit_due else {}
        return Done(moved)

    return take(firm, "visit", by=by, press=press, work=work)


def establish(
    firm: Firm,
    *,
    by: User,
    organisation: Organisation | None = None,
    new: NewBranch | None = None,
    press: Press = PROGRAM,
) -> Firm:
    """Its members have a branch of their own: one that stands, or a new one.

    Raises:
        Refused: this person may not, or the branch will not do.
        MovedMeanwhile: somebody else acted first.
    """

    def work(row: Firm) -> Done:
        branch = branches.found(row, new) if new else branches.chosen(row, organisation)
        return Done({"branch": branches.alone(row, branch)}, about=branch.name)

    return take(firm, "establish", by=by, press=press, work=work)


def join(firm: Firm, *, by: User, organisation: Organisation | None, press: Press = PROGRAM) -> Firm:
    """Its members belong to a joint branch (联合支部).

    Raises:
        Refused: this person may not, or the branch will not do.
    """

    def work(row: Firm) -> Done:
        branch = branches.chosen(row, organisation)
        return Done({"branch": branch}, about=branch.name)

    return take(firm, "join", by=by, press=press, work=work)


def lapse(firm: Firm, *, by: User, words: str, press: Press = PROGRAM) -> Firm:
    """Its members have no branch any more; the organisation itself is dissolved in the tree.

    Raises:
        Refused: this person may not, or gives no reason.
    """
    words = worded(words, _("Please write why it has no branch any more."))
    return take(firm, "lapse", by=by, press=press, work=lambda row: Done({"branch": None}, words))


def leave(firm: Firm, *, by: User, why: Why, words: str, press: Press = PROGRAM) -> Firm:
    """It has closed or moved away; what was written of it stays.

    Raises:
        Refused: this person may not, or gives no reason.
    """
    words = worded(words, _("Please write how you know that it is gone."))
    empty = dict.fromkeys(("adviser", "next_visit_due", "reminded_on", "branch"))
    columns, said = {**empty, "gone_why": why}, for_the_record(why.label)
    return take(firm, "leave", by=by, press=press, work=lambda row: Done(columns, words, said))


def come_back(firm: Firm, *, by: User, words: str, press: Press = PROGRAM) -> Firm:
    """It is here again, and is surveyed anew.

    Raises:
        Refused: this person may not, gives no words, or its name in the grid or its code is listed already.
    """
    words = worded(words, _("Please write how you know that it is here again."))
    columns = {"gone_why": "", "surveyed_on": None, "surveyed_by": None}

    def work(row: Firm) -> Done:
        here = Firm.objects.exclude(stage=Stage.GONE)
        if here.filter(grid=row.grid_id, name=row.name).exists():
            raise Refused(_("This grid has a firm or site of this name already."))
        if row.credit_code and here.filter(credit_code=row.credit_code).exists():
            raise Refused(_("This credit code is on the list already."))
        return Done(columns, words)

    return take(firm, "return", by=by, press=press, work=work)


def dial(firm: Firm, *, by: User) -> str:
    """The contact's number, given out only after an entry says who asked for it.

    Raises:
        Refused: the person neither keeps nor advises the firm, or nobody left a number.
    """
    if not access.may_call(by, firm):
        raise Refused(_("Only the adviser and those who keep the records call the contact."))
    if not firm.contact_phone:
        raise Refused(_("No number of a contact is on record."))
    record(firm, CALLED, by=by, press=PROGRAM, before=firm.stage, done=Done({}))
    about = f"sectors.firm:{firm.pk}"
    auditlog.write(auditlog.Kind.UNMASKED, actor=by, subject=about, detail={"field": "contact_phone"})
    return firm.contact_phone


# --- within ------------------------------------------------------------------------------
def _surveyed(firm: Firm, by: User, counted: Counted, on: date) -> dict[str, Any]:
    """Write the survey; the columns of the firm that follow from it, when it is the newest."""
    counted.check()
    words = {name: storable(getattr(counted, name))[:WORDS_MAX] for name in ("needs", "offers")}
    Survey.objects.create(firm=firm, on=on, by=by, **counted.numbers, **words)
    if firm.surveyed_on and firm.surveyed_on > on:
        return {}
    return {**counted.numbers, "surveyed_on": on, "surveyed_by": by}


def _checked(firm: Firm) -> None:
    try:
        firm.full_clean()
    except ValidationError as error:
        field, said = next(iter(error.message_dict.items()))
        raise Refused(" ".join(said), field="" if field == "__all__" else field) from error


def _past(on: date | None, field: str) -> date:
    if on and on > today():
        raise Refused(_("The day lies ahead."), field=field)
    return on or today()


def _reported_with(press: Press) -> Firm | None:
    return Firm.objects.filter(action_id=press.action_id).first() if press.action_id else None
