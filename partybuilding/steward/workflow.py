"""The way of what households are asked: open, then closed for good. Nobody closes it but the clock."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Asking(TextChoices):
    OPEN = "open", _("Households are answering")
    CLOSED = "closed", _("Closed and counted")


ARROWS = [(Asking.OPEN.value, Asking.CLOSED.value)]
"""Once closed, the salt is gone and nothing can be answered or changed (decision of this room)."""
