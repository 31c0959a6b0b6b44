"""What the map's templates need: the tile layer, and a way to go to a point."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def tiles() -> dict[str, str]:
    """The tile layer as `settings` name it; without an address only boundaries are drawn."""
    return {"url": settings.TILE_URL, "datum": settings.TILE_DATUM, "attribution": settings.TILE_ATTRIBUTION}


@register.simple_tag
def going(latitude: float, longitude: float) -> str:
    """An address that opens the phone's own map at a point in WGS-84 (`settings.MAP_LINK`)."""
    return str(settings.MAP_LINK.format(latitude=f"{latitude:.6f}", longitude=f"{longitude:.6f}"))
