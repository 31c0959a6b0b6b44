"""Words and numbers of meetings around one table (handbook §6)."""

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class BodyKind(TextChoices):
    """What sort of table it is."""

    STEWARD = "steward", _("Red Steward")
    COUNCIL = "council", _("Joint council")
    PARTY = "party", _("Party-building meeting")

    @property
    def ahead_days(self) -> int:
        """How many days before a meeting its topics are handed in."""
        return 15 if self == BodyKind.COUNCIL else 3

    @property
    def parties(self) -> tuple["Side", ...]:
        """Who has a seat at such a table, in the order around it."""
        return _SIDES[self]


class Side(TextChoices):
    """For whom somebody sits at the table (六位一体 for a Red Steward)."""

    COMMUNITY = "community", _("Community committee")
    BRANCH = "branch", _("Estate branch")
    PROPERTY = "property", _("Property company")
    RESIDENTS = "residents", _("Residents")
    PARTNER = "partner", _("Partner unit")
    OWNERS = "owners", _("Owners' committee")
    UNIT = "unit", _("Member unit")
    MEMBER = "member", _("Participant")


_SIDES = {
    BodyKind.STEWARD: (
        Side.COMMUNITY,
        Side.BRANCH,
        Side.PROPERTY,
        Side.RESIDENTS,
        Side.PARTNER,
        Side.OWNERS,
    ),
    BodyKind.COUNCIL: (Side.UNIT,),
    BodyKind.PARTY: (Side.MEMBER,),
}


class Source(TextChoices):
    """Where a topic comes from."""

    SEAT = "seat", _("Proposed at the table")
    RESIDENT = "resident", _("Proposed by residents")
    TICKET = "ticket", _("From a request")
    VISIT = "visit", _("Found on a visit")
    OFFICE = "office", _("Proposed by the office")
    CLAIM = "claim", _("Nobody has claimed it")


class Reply(TextChoices):
    """What somebody who was invited said."""

    NONE = "none", _("Has not replied")
    COMING = "coming", _("Is coming")
    LEAVE = "leave", _("On leave")


class Via(TextChoices):
    """How it is known that somebody came."""

    QR = "qr", _("by QR code")
    BY_HAND = "by_hand", _("entered by the office")


class Stance(TextChoices):
    """How a seat stands to what was decided."""

    FOR = "for", _("Agrees")
    RESERVE = "reserve", _("Has reservations")
    AGAINST = "against", _("Disagrees")


NAME_MAX = 60
WORDS_MAX = 500
LONG_MAX = 2000
"""Of a decision; minutes take `MINUTES_MAX`."""
MINUTES_MAX = 10_000
TERM_SOON = timedelta(days=90)
"""So long before a seat's last day those who keep the table are told."""
DOORS_OPEN = timedelta(hours=2)
"""From so long before a meeting's hour its code is taken for attendance."""
DOORS_CLOSE = timedelta(hours=8)
"""Until so long after it, when nobody has closed the meeting by then."""
SOON_DAYS = 3
"""So long before an action is due its owner is reminded."""
AGAIN_DAYS = 7
"""So often an action that is late is told of again."""
PHOTOS_MOST = 6
