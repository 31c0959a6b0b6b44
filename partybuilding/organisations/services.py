"""What writes organisations outside their forms: reminders of terms, milestones reached."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from grids.models import User, today
from partybuilding import access
from partybuilding.organisations import messages
from partybuilding.organisations.models import Milestone, Organisation, Picture, Term
from wangguan import journal, photos
from wangguan.notify import outbox
from wangguan.photos import CleanPhoto
from wangguan.refusals import Refused


@transaction.atomic
def remind_of_terms(on: date | None = None) -> int:
    """Tell keepers of terms that end within three months and that nobody follows; how many terms.

    May run twice: a term that was told of is marked, and the outbox knows the message.
    """
    found = Term.objects.ending(on or today()).filter(reminded_on__isnull=True)
    terms = list(found.select_for_update(of=("self",)).select_related("organisation"))
    endings: dict[tuple[Organisation, date], list[Term]] = defaultdict(list)
    for term in terms:
        endings[term.organisation, term.ends_on].append(term)
    for organisation, day in endings:
        people = access.keepers_of(organisation.community_id)
        outbox.add(messages.of_ending(organisation, day.isoformat(), people))
    Term.objects.filter(pk__in=[term.pk for term in terms]).update(reminded_on=on or today())
    return len(terms)


def reach(
    milestone: Milestone, *, by: User, on: date, words: str, pictures: Sequence[CleanPhoto] = ()
) -> None:
    """A milestone is reached.

    Raises:
        Refused: not this person's project, reached already, or a day that has not come.
    """
    if not access.keeps(by, milestone.project.community_id):
        raise Refused(_("Only those who keep this project mark its milestones."))
    if on > today():
        raise Refused(_("This day has not come yet."), field="reached_on")
    kept = [photos.store(picture, Picture(milestone=milestone)) for picture in pictures]
    with transaction.atomic():
        open_one = Milestone.objects.filter(pk=milestone.pk, reached_on__isnull=True)
        if not open_one.update(reached_on=on, words=words):
            raise Refused(_("This milestone was marked as reached already."))
        Picture.objects.bulk_create(kept)
        said = _("Milestone reached: %(name)s") % {"name": milestone.name}
        journal.note(by, [milestone.project], journal.CHANGE, said)
