"""The code at the place as a picture: inline SVG by presentation attributes, no style of its own."""

from io import BytesIO

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from partybuilding.gatherings.models import Gathering

SIDE = 320
"""Width and height in pixels; paper is printed larger by the printer."""


def address(gathering: Gathering) -> str:
    return settings.SITE_URL + reverse("gathering_here", args=[gathering.token])


def picture(gathering: Gathering) -> SafeString:
    """The code; error level Q still reads when a quarter of it is torn or dirty."""
    code, written = segno.make(address(gathering), error="q", micro=False), BytesIO()
    scale = SIDE / code.symbol_size(scale=1, border=4)[0]
    code.save(written, kind="svg", scale=scale, border=4, light="#fff", xmldecl=False, svgns=False, nl=False)
    return mark_safe(written.getvalue().decode())
