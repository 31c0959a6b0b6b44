"""Messages that came in, and which WeCom account is which member of the staff."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.models import Ticket
from wangguan import clock
from wangguan.privacy import EncryptedTextField


class Incoming(models.Model):
    """One message to the street's app, kept once however often WeCom sends it; its words are the ticket's."""

    msg_id = models.CharField(_("WeCom's number"), max_length=64, unique=True)
    sender = EncryptedTextField(_("sender"))
    sender_hash = models.CharField(max_length=64)
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, related_name="+")
    """None: there was nothing in it to look after."""
    arrived_at = models.DateTimeField(_("arrived at"), default=clock.now)

    class Meta:
        verbose_name = _("WeCom message")
        verbose_name_plural = _("WeCom messages")
        indexes = [models.Index(fields=["sender_hash", "-id"], name="wecom_of_sender")]

    def __str__(self) -> str:
        return self.msg_id


class LinkedAccount(models.Model):
    """This WeCom account is this person's: whoever shows it has shown one factor."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    userid = models.CharField(
        _("WeCom account"),
        max_length=64,
        unique=True,
        help_text=_("The account as WeCom's address book shows it to the administrator."),
    )

    class Meta:
        verbose_name = _("WeCom account")
        verbose_name_plural = _("WeCom accounts")
        ordering = ["userid"]

    def __str__(self) -> str:
        return self.userid
