"""The year of a unit in a community: judged, and as a letter to the unit."""

from decimal import Decimal

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from grids.models import today
from partybuilding import access
from partybuilding.access import By
from partybuilding.checkins.models import Appraisal, Service, UnitCheckIn
from requests_app.reports.services import docx
from requests_app.reports.services.paper import Paper, Section
from wangguan import journal
from wangguan.refusals import Refused


def year_of(check_in: UnitCheckIn, year: int) -> tuple[int, int, Decimal]:
    """Members of the unit who served this community in a year, how often, and their confirmed hours."""
    rows = Service.objects.confirmed().filter(
        member__unit=check_in.unit_id, member__community=check_in.community_id, day__year=year
    )
    return rows.values("member").distinct().count(), rows.count(), rows.hours()


@transaction.atomic
def appraise(check_in: UnitCheckIn, *, year: int, grade: str, words: str, by: By) -> Appraisal:
    """Judge a year, or judge it anew.

    Raises:
        Refused: not this community's office, or a year that has not begun.
    """
    if by.user is None or not access.keeps(by.user, check_in.community_id):
        raise Refused(_("Only the community's office judges."))
    if not 2010 <= year <= today().year:
        raise Refused(_("This year has not begun yet."), field="year")
    row, _new = Appraisal.objects.update_or_create(
        check_in=check_in, year=year, defaults={"grade": grade, "words": words, "made_by": by.user}
    )
    journal.note(by.user, [check_in], journal.CHANGE, f"{year}: {row.get_grade_display()}")
    return row


def letter(appraisal: Appraisal) -> bytes:
    """The letter as a Word file, in the layout of official papers and the house's language."""
    with override("zh-hans"):
        return docx.write(_paper(appraisal))


def _paper(appraisal: Appraisal) -> Paper:
    check_in, year = appraisal.check_in, appraisal.year
    people, times, hours = year_of(check_in, year)
    counted = ngettext(
        "%(people)d member of your unit served our community %(times)d times, %(hours)s hours in all.",
        "%(people)d members of your unit served our community %(times)d times, %(hours)s hours in all.",
        people,
    )
    words = [
        _("To %(unit)s:") % {"unit": check_in.unit},
        _("Your unit has been checked in to %(community)s and worked with us in %(year)d.")
        % {"community": check_in.community, "year": year},
        counted % {"people": people, "times": times, "hours": f"{hours.normalize():f}"},
        _("Our appraisal of the year: %(grade)s.") % {"grade": appraisal.get_grade_display()},
    ]
    end = [
        _("We thank your unit and every member who came."),
        str(check_in.community),
        date_format(today(), "Y年n月j日"),
    ]
    own = [appraisal.words] if appraisal.words else []
    title = _("Letter on the dual check-in, %(year)d") % {"year": year}
    return Paper(title, [], [Section("", [*words, *own, *end])], [], str(check_in.community))
