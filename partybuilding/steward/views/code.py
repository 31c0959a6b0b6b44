"""The code and the text by which households hear of their table: no message goes to their phones."""

import segno
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from partybuilding.steward.models import Steward


def public_address(request: HttpRequest, row: Steward) -> str:
    """Of the page that the code opens; the same for everybody, it opens nothing by itself."""
    return request.build_absolute_uri(reverse("steward_public", args=[row.pk]))


def code(address: str) -> SafeString:
    """The address as a QR code, as inline SVG without styles."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        scale=5, border=2, svgclass=None, lineclass=None
    )
    return mark_safe(drawn)  # modules drawn by segno; nothing of the address stands in it


def group_text(row: Steward, address: str) -> str:
    """What a grid leader pastes into the estate's group."""
    said = _(
        "Neighbours of %(estate)s: from the 25th to the end of the month every household may mark the "
        "property company, and at any time say what our estate's table should talk over. Open the page and "
        "enter with your phone: %(link)s No phone at hand? Your grid worker takes your voice at the door."
    )
    return said % {"estate": row.estate, "link": address}
