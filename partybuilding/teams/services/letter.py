"""A letter of thanks to a volunteer, for the hours confirmed in some time."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from grids.models import Street, today
from partybuilding.access import By
from partybuilding.teams.access import keeps
from partybuilding.teams.models import Volunteer
from requests_app.reports.services import docx
from requests_app.reports.services.paper import Paper, Section
from wangguan import journal
from wangguan.refusals import Refused


@transaction.atomic
def letter(volunteer: Volunteer, *, since: date, until: date, words: str, by: By) -> bytes:
    """The letter as a Word file, in the layout of official papers and the house's language.

    Raises:
        Refused: not this office's, or no hours are confirmed in that time.
    """
    if not keeps(by, volunteer.community_id):
        raise Refused(_("This is not yours to do."))
    hours = volunteer.confirmed_hours(since, until)
    if not hours:
        raise Refused(_("No hours are confirmed in this time."), field="since")
    journal.note(by.user, [volunteer], journal.CHANGE, _("Letter of thanks"))
    with override("zh-hans"):
        return docx.write(_paper(volunteer, since, until, hours, words))


def _paper(volunteer: Volunteer, since: date, until: date, hours: Decimal, words: str) -> Paper:
    told = {
        "since": date_format(since, "Y年n月j日"),
        "until": date_format(until, "Y年n月j日"),
        "hours": f"{hours.normalize():f}",
    }
    office = str(volunteer.community or Street.objects.first() or "")
    lines = [
        _("To %(name)s:") % {"name": volunteer.name},
        _("From %(since)s to %(until)s you gave %(hours)s hours of voluntary work to your neighbours.")
        % told,
        *([words] if words else []),
        _("We thank you with all our heart."),
        office,
        date_format(today(), "Y年n月j日"),
    ]
    return Paper(_("Letter of thanks"), [], [Section("", lines)], [], office)
