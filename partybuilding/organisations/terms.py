"""Words and numbers of the organisation tree (handbook §6, 党支部建在网格上、建在项目上)."""

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What an organisation is; each stands below one of a higher kind."""

    WORKING_COMMITTEE = "working", _("Working committee of the street")
    COMMITTEE = "committee", _("Party committee")
    GENERAL_BRANCH = "general", _("General branch")
    BRANCH = "branch", _("Branch")
    GROUP = "group", _("Party group")

    @property
    def rank(self) -> int:
        """0 at the head of the tree, higher below."""
        return list(Kind).index(self)


class Setting(TextChoices):
    """Where its members live or work."""

    COMMUNITY = "community", _("Community")
    ESTATE = "estate", _("Residential estate")
    FIRM = "firm", _("Firm")
    PROJECT = "project", _("Key project")
    SECTOR = "sector", _("Emerging sector")


class Seat(TextChoices):
    """Seats of a committee."""

    SECRETARY = "secretary", _("Secretary")
    DEPUTY = "deputy", _("Deputy secretary")
    ORGANISATION = "organisation", _("Organisation commissioner")
    PUBLICITY = "publicity", _("Publicity commissioner")
    DISCIPLINE = "discipline", _("Discipline commissioner")
    MEMBER = "member", _("Committee member")


class Standing(TextChoices):
    """Of a member."""

    FULL = "full", _("Full member")
    PROBATIONARY = "probationary", _("Probationary member")


TERM_YEARS, BRANCH_TERM_YEARS = 5, 3
"""Five years for a committee and for all organisations of a community, three for other branches.

Source: 中共中央办公厅《关于党的基层组织任期的意见》, 2018."""
REMIND_BEFORE = timedelta(days=92)
"""Three months before a term ends, those who keep the organisation are reminded."""
GIVING_A_BRANCH = (Kind.GENERAL_BRANCH, Kind.BRANCH)
"""What gives a grid, an estate or a project its branch: a committee is too far, a group has no committee."""
NAME_MAX = 60
WORDS_MAX = 500
