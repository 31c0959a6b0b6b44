"""What of the house's messages somebody wants by which channel, beside the portal's own inbox.

A choice is written `group:channel`. What is not offered here nobody can switch: the inbox gets
everything, and what must not be missed also goes by text message (docs/decisions/0018).
"""

from collections.abc import Collection

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Group(TextChoices):
    """Kinds of message as people speak of them."""

    NEW = "new", _("New matters of my unit")
    MINE = "mine", _("What moves in my matters")
    DEADLINES = "deadlines", _("Deadlines: red cards and supervision")
    DECISIONS = "decisions", _("Decisions asked of me")
    VISITS = "visits", _("Visits that are due, and the week's summary")
    URGENT = "urgent", _("Urgency A, night duty, answers that did not arrive")


SMS_GROUPS = (Group.NEW, Group.MINE, Group.DEADLINES, Group.DECISIONS, Group.VISITS)
"""Where a text message can be switched; those of URGENT always go out."""
CHOICES = (*(f"{group}:sms" for group in SMS_GROUPS), *(f"{group}:email" for group in Group))
USUAL = frozenset({f"{Group.DEADLINES}:sms"})
"""Of somebody who never chose."""


def chosen(choices: Collection[str] | None, group: Group, channel: str) -> bool:
    """Whether somebody with these choices (None: never chose) hears of `group` by `channel`."""
    return f"{group}:{channel}" in (USUAL if choices is None else choices)
