"""Posters as one PDF, a sheet each; its fonts are embedded, only the letters that are used."""

from collections.abc import Iterable

from fpdf import FPDF
from fpdf.enums import TextMode

from grids.posters import faces
from grids.posters.layout import HEIGHT, PAPERS, WIDTH, Box, Item, Poster, Ring, Words, draw

POINTS = 72 / 25.4


def as_pdf(posters: Iterable[Poster], paper: str = "a4") -> bytes:
    """The sheets for `paper` "a4" or "a5"."""
    sheet = _Sheet(paper)
    for poster in posters:
        sheet.add(poster)
    return sheet.finish()


class _Sheet:
    def __init__(self, paper: str) -> None:
        self._scale = PAPERS[paper]
        self._pdf = FPDF(unit="mm", format=(WIDTH * self._scale, HEIGHT * self._scale))
        self._pdf.set_auto_page_break(auto=False)
        self._pdf.set_lang("zh-CN")
        for face, path in faces.PATHS.items():
            self._pdf.add_font(face, fname=path)

    def add(self, poster: Poster) -> None:
        if not self._pdf.pages:
            self._pdf.set_title(poster.title)
        self._pdf.add_page()
        for item in draw(poster):
            self._put(item)

    def finish(self) -> bytes:
        return bytes(self._pdf.output())

    def _put(self, item: Item) -> None:
        if isinstance(item, Words):
            self._words(item)
        elif isinstance(item, Ring):
            self._ring(item)
        else:
            self._box(item)

    def _words(self, item: Words) -> None:
        pdf, scale = self._pdf, self._scale
        pdf.set_font(item.face, size=item.size * scale * POINTS)
        pdf.set_text_color(item.colour)
        pdf.set_draw_color(item.colour)
        mode = TextMode.FILL_STROKE if item.bold else TextMode.FILL
        with pdf.local_context(text_mode=mode, line_width=item.bold * scale or 0.1):
            pdf.text(item.x * scale, item.y * scale, item.text)

    def _ring(self, item: Ring) -> None:
        pdf, scale = self._pdf, self._scale
        pdf.set_draw_color(item.colour)
        pdf.set_line_width(item.thickness * scale)
        pdf.circle(item.x * scale, item.y * scale, item.radius * scale)

    def _box(self, item: Box) -> None:
        scale = self._scale
        self._pdf.set_fill_color(item.fill)
        self._pdf.rect(
            *(item.x * scale, item.y * scale, item.width * scale, item.height * scale),
            style="F",
            round_corners=bool(item.radius),
            corner_radius=item.radius * scale,
        )
