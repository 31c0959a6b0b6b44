"""What the app answers in the same breath, in the language of the house."""

from html import escape

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from requests_app.models import Ticket
from wangguan import clock


def noted(ticket: Ticket) -> str:
    """That the matter is here, and where it is followed."""
    with override(settings.LANGUAGE_CODE):
        return _("We have your matter %(number)s. Follow it and read the answer here: %(link)s") % {
            "number": ticket.number,
            "link": settings.SITE_URL + ticket.tracking_url,
        }


def greeting() -> str:
    """For thanks and greetings."""
    with override(settings.LANGUAGE_CODE):
        return _("Hello! Write in a few words what happened and where, and we take care of it.")


def only_words(ticket: Ticket | None) -> str:
    """For photos, voices and whatever else we cannot take here."""
    page = ticket.tracking_url if ticket else reverse("report")
    with override(settings.LANGUAGE_CODE):
        return _("Here we can only read words. Please write them, or add photos on this page: %(link)s") % {
            "link": settings.SITE_URL + page
        }


def too_long() -> str:
    """For a text that no page would take either."""
    with override(settings.LANGUAGE_CODE):
        return _("This is too long for us. Please write it in fewer words.")


def text_message(text: str, *, to: str, sender: str) -> str:
    """A passive reply (developer.work.weixin.qq.com, 被动回复消息格式: 文本消息)."""
    return (
        f"<xml><ToUserName>{escape(to)}</ToUserName><FromUserName>{escape(sender)}</FromUserName>"
        f"<CreateTime>{int(clock.now().timestamp())}</CreateTime><MsgType>text</MsgType>"
        f"<Content>{escape(text)}</Content></xml>"
    )
