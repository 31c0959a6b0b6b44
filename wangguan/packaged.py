"""Files that a package brings for browsers, taken without importing it or installing its app."""

from importlib.util import find_spec
from pathlib import Path


def static_folder(module: str, *parts: str) -> Path:
    """The folder `static/<parts>` of an installed package.

    Raises:
        FileNotFoundError: the package is not installed.
    """
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(module)
    return Path(spec.origin).parent.joinpath("static", *parts)
