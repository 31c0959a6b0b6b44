"""The address that WeCom calls."""

from xml.etree.ElementTree import Element

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from requests_app.wecom import envelope, replies, services
from requests_app.wecom.envelope import Denied, Malformed, Seal
from requests_app.wecom.services import Words
from wangguan.refusals import Refused


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def callback(request: HttpRequest) -> HttpResponse:
    """GET shows WeCom that the address is ours; POST brings a message.

    WeCom waits five seconds and sends it three times more: the answer goes back in the same breath.
    """
    if not envelope.is_configured():
        raise Http404
    try:
        return _verified(request) if request.method == "GET" else _received(request)
    except Denied:
        return HttpResponse(status=403)
    except Malformed:
        return HttpResponse(status=400)


def _verified(request: HttpRequest) -> HttpResponse:
    return HttpResponse(envelope.opened(request.GET.get("echostr", ""), _seal(request)), "text/plain")


def _received(request: HttpRequest) -> HttpResponse:
    if int(request.META.get("CONTENT_LENGTH") or 0) > envelope.MOST_BYTES:
        return HttpResponse(status=413)
    seal = _seal(request)
    outer = envelope.parse(request.body)
    message = envelope.parse(envelope.opened(outer.findtext("Encrypt", ""), seal))
    if not (answer := _answer(message)):
        return HttpResponse()
    sender = message.findtext("FromUserName", "")
    reply = replies.text_message(answer, to=sender, sender=settings.WECOM_CORP_ID)
    return HttpResponse(envelope.closed(reply, nonce=seal.nonce), "application/xml")


def _seal(request: HttpRequest) -> Seal:
    given = request.GET.get
    return Seal(given("msg_signature", ""), given("timestamp", ""), given("nonce", ""))


def _answer(message: Element) -> str:
    """What the sender reads; empty for events such as opening the app."""
    kind, sender = message.findtext("MsgType", ""), message.findtext("FromUserName", "")
    if kind == "event" or not sender:
        return ""
    msg_id = message.findtext("MsgId", "")
    if kind != "text" or not 0 < len(msg_id) <= 64:
        return replies.only_words(services.latest(sender))
    try:
        ticket = services.take_in(Words(msg_id, sender, message.findtext("Content", "")))
    except Refused:
        return replies.too_long()
    return replies.noted(ticket) if ticket else replies.greeting()
