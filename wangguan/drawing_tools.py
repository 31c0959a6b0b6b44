"""Where Leaflet's drawing tools lie: django-leaflet brings the files, its app would want GDAL."""

from importlib.util import find_spec
from pathlib import Path


def folder() -> Path:
    """The folder of `leaflet.draw.js`, its stylesheet and its pictures; nothing of the package is imported.

    Raises:
        FileNotFoundError: the package is not installed.
    """
    spec = find_spec("leaflet")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("django-leaflet")
    return Path(spec.origin).parent / "static" / "leaflet" / "draw"
