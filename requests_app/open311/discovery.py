"""Where the interface stands and what it speaks (http://wiki.open311.org/Service_Discovery)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Max
from django.utils.translation import gettext as _

from requests_app.models import Category, UrgencyRule
from requests_app.open311.formats import CONTENT_TYPES, Document
from requests_app.open311.models import Attribute
from requests_app.open311.shapes import moment
from requests_app.open311.terms import SPECIFICATION

FIRST = datetime(2026, 11, 27, tzinfo=ZoneInfo("Asia/Shanghai"))
"""When the services were first offered."""


def document() -> Document:
    """One endpoint; its changeset moves when somebody edits services or what they ask."""
    changed = moment(_changed())
    formats = [content_type.partition(";")[0] for content_type in CONTENT_TYPES.values()]
    endpoint = {
        "specification": SPECIFICATION,
        "url": f"{settings.SITE_URL}/open311/v2",
        "changeset": changed,
        "type": "test" if settings.DEMO else "production",
        "formats": formats,
    }
    content = {
        "changeset": changed,
        "contact": _("The street office answers questions about this interface: %(site)s")
        % {"site": settings.SITE_URL},
        "key_service": _(
            "Ask the street office for a key of your own; it is given to a system, not to a person."
        ),
        "endpoints": [endpoint],
    }
    return Document("discovery", content)


def _changed() -> datetime:
    """The last edit in the admin's history."""
    kinds = ContentType.objects.get_for_models(Category, UrgencyRule, Attribute).values()
    last = LogEntry.objects.filter(content_type__in=kinds).aggregate(last=Max("action_time"))["last"]
    return max(FIRST, last) if last else FIRST
