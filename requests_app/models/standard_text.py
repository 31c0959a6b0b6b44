"""Texts that staff keep ready for a step: good words, written once, changed before they are sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app import placeholders
from requests_app.models.category import Category

if TYPE_CHECKING:
    from requests_app.models.ticket import Ticket

TEXT_MAX = 2_000


class TextStep(models.TextChoices):
    """Steps that people write words for."""

    RESOLVE = "resolve", _("Resolve and answer")
    HANDLE = "handle", _("Write down what was done")
    ASK = "ask", _("Ask the resident")
    ESCALATE = "escalate", _("Escalate")
    REQUEST_EXTENSION = "request_extension", _("Ask for more time")
    REQUEST_HOLD = "request_hold", _("Ask to put on hold")
    HOLD = "hold", _("Put on hold")
    SEND_BACK = "send_back", _("Send back down")
    DECLINE = "decline", _("Decline")


def check_text(text: str) -> None:
    """Raises: ValidationError: a placeholder that nothing would fill in, or a brace too many."""
    offered = " ".join(f"{{{name}}}" for name in placeholders.PLACEHOLDERS)
    if wrong := placeholders.unknown(text):
        named = " ".join(f"{{{name}}}" for name in wrong)
        raise ValidationError(
            _("Nothing can be filled in for %(wrong)s. You can use: %(offered)s"),
            params={"wrong": named, "offered": offered},
        )
    if placeholders.has_loose_brace(text):
        raise ValidationError(
            _("A brace stands alone. Write placeholders like this: %(offered)s"), params={"offered": offered}
        )


class StandardTextQuerySet(models.QuerySet["StandardText"]):
    def offered_for(self, ticket: Ticket, steps: Iterable[str]) -> StandardTextQuerySet:
        """Those in use for these steps and the ticket's category, its group, or any category."""
        fits = Q(category=None)
        if ticket.category:
            fits |= Q(category__in=[ticket.category.pk, ticket.category.parent_id])
        return self.filter(fits, step__in=list(steps), is_active=True)


class StandardText(models.Model):
    """One text; without a category for all of them, with a group for every category in it."""

    step = models.CharField(_("step"), max_length=20, choices=TextStep)
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
        help_text=_("Empty: for every category. A group: for all categories in it."),
    )
    title = models.CharField(_("title"), max_length=30, help_text=_("What a worker looks for at a glance."))
    text = models.TextField(_("text"), max_length=TEXT_MAX, validators=[check_text])
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    is_active = models.BooleanField(_("in use"), default=True)
    code = models.CharField(max_length=40, unique=True, null=True, editable=False)  # noqa: DJ001 (unique)
    """By which the shipped file knows its own; empty for those written by staff."""

    objects = StandardTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("standard text")
        verbose_name_plural = _("standard texts")
        ordering = ("step", "position", "id")
        constraints = [
            models.CheckConstraint(condition=Q(step__in=TextStep.values), name="standard_text_step_known")
        ]

    def __str__(self) -> str:
        return self.title
