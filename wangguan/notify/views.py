"""The SMS gateway's way back: signed delivery reports (docs/sms-gateway.md)."""

import json
import re
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from wangguan.notify import reports
from wangguan.notify.channels.sms import tame

STATUSES = {"delivered": True, "failed": False}
CODE = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


@csrf_exempt  # the signature proves more than a form's token would
@require_POST
def sms_report(request: HttpRequest) -> HttpResponse:
    """Record one report. The same one again answers the same and changes nothing."""
    headers = request.headers
    try:
        reports.verify(headers.get("X-Timestamp", ""), headers.get("X-Signature", ""), request.body)
        reports.record(**_parse(request.body))
    except reports.BadSignature:
        return _error(403, "The signature does not fit, or is older than five minutes.")
    except reports.UnknownMessage:
        return _error(404, "No message has this key.")
    except ValueError:
        return _error(400, "Expected a JSON object with key, status (delivered or failed), id and code.")
    return HttpResponse(status=204)


def _parse(body: bytes) -> dict[str, Any]:
    """The arguments of `reports.record`.

    Raises:
        ValueError: `body` is no report.
    """
    report = json.loads(body)
    if not isinstance(report, dict):
        raise ValueError("no report")
    key, status, code = (str(report.get(name, "")) for name in ("key", "status", "code"))
    if "\0" in key or status not in STATUSES:
        raise ValueError("no key or status")
    return {
        "key": key,
        "delivered": STATUSES[status],
        "gateway_id": tame(report.get("id", "")),
        "code": code if CODE.fullmatch(code) else "reported",
    }


def _error(status: int, sentence: str) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=status)
