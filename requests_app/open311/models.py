"""What a service asks besides, and what came through which key."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models import Category, Ticket
from requests_app.open311.terms import LISTED, LONGEST_TOKEN, DataType
from wangguan import clock
from wangguan.interfaces.models import ApiKey
from wangguan.privacy import EncryptedTextField

_CODE = RegexValidator(r"\A[A-Za-z0-9_-]+\Z", _("Letters, digits, hyphen and underscore only."))


class Attribute(models.Model):
    """One further question that apps put to whoever tells a matter of this category."""

    category = models.ForeignKey(
        Category,
        models.CASCADE,
        related_name="open311_attributes",
        db_index=False,
        verbose_name=_("category"),
        limit_choices_to={"parent__isnull": False},
    )
    code = models.CharField(_("code"), max_length=30, validators=[_CODE])
    description = models.CharField(_("question"), max_length=200)
    datatype = models.CharField(_("kind of answer"), max_length=15, choices=DataType)
    hint = models.CharField(_("how to answer"), max_length=200, blank=True)
    required = models.BooleanField(_("must be answered"), default=False)
    variable = models.BooleanField(
        _("is a question"), default=True, help_text=_("Without the tick it only tells something.")
    )
    position = models.PositiveSmallIntegerField(_("position"), validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = _("question of a category")
        verbose_name_plural = _("questions of categories")
        ordering = ["category__code", "position"]
        constraints = [
            models.CheckConstraint(condition=Q(datatype__in=DataType.values), name="attribute_datatype"),
            models.CheckConstraint(condition=Q(position__gt=0), name="attribute_position_from_one"),
            models.CheckConstraint(
                condition=Q(variable=True) | Q(required=False),
                name="attribute_only_questions_required",
                violation_error_message=_("What only tells something needs no answer."),
            ),
            models.UniqueConstraint(fields=["category", "code"], name="attribute_code_once"),
            models.UniqueConstraint(fields=["category", "position"], name="attribute_position_once"),
        ]

    def __str__(self) -> str:
        return self.description

    @property
    def has_choices(self) -> bool:
        return self.datatype in LISTED


class Choice(models.Model):
    """One value of a list to choose from."""

    attribute = models.ForeignKey(Attribute, models.CASCADE, related_name="choices", db_index=False)
    key = models.CharField(_("code"), max_length=30, validators=[_CODE])
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    class Meta:
        verbose_name = _("value")
        verbose_name_plural = _("values")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["attribute", "key"], name="choice_key_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.attribute_id and not self.attribute.has_choices:
            raise ValidationError(_("Values belong to a question that is answered from a list."))


class Submission(models.Model):
    """That a ticket came through a key: its sender may follow it, released or not."""

    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="open311")
    key = models.ForeignKey(ApiKey, models.PROTECT, related_name="+", verbose_name=_("system"))
    token = models.CharField(
        max_length=LONGEST_TOKEN, blank=True, help_text=_("The sender's own name for this request.")
    )
    media_url = models.TextField(_("picture elsewhere"), blank=True)
    """As it was sent. Nothing of ours ever fetches it: it may lead into our own network."""
    at = models.DateTimeField(_("came at"), default=clock.now)

    class Meta:
        verbose_name = _("request through a key")
        verbose_name_plural = _("requests through keys")
        constraints = [
            models.UniqueConstraint(
                fields=["key", "token"], condition=~Q(token=""), name="submission_token_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.ticket_id)


class Detail(models.Model):
    """What was answered to one question, in the words of that day: the question may change later."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="details")
    code = models.CharField(max_length=30)
    question = models.CharField(_("question"), max_length=200)
    value = EncryptedTextField(_("answer"))
    """People write names, plates and doors here."""

    class Meta:
        verbose_name = _("answer to a question")
        verbose_name_plural = _("answers to questions")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.submission_id}: {self.code}"
