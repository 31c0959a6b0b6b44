"""Posters with a QR code for doors, grids and communities, as PDF and as SVG.

`layout` says what stands where, once; `pdf` and `svg` draw it. Nothing is kept: a poster is made
when somebody asks for it. A5 is the A4 sheet drawn smaller.
"""

from grids.posters.layout import PAPERS, Poster
from grids.posters.pdf import as_pdf
from grids.posters.svg import as_svg

__all__ = ["PAPERS", "Poster", "as_pdf", "as_svg"]
