"""Posters: the right code, the right words, nobody's name, both papers, quickly enough."""

import re
import time
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from grids.models import QRToken
from grids.posters import Poster, as_pdf, as_svg, faces
from grids.posters.layout import HEIGHT, RIGHT, WIDTH, Box, Words, draw, matrix, runs
from tests.cast import Cast
from tests.factories import make_qr_token

SVG = "{http://www.w3.org/2000/svg}"
POSTER = Poster(
    place="九区3号楼",
    keeper="九区社区第三网格 网格长",
    phone="0531-12345678",
    street="王官庄街道",
    address="https://portal.example/q/abcdefghijklmnopqrstuv/",
    number=1234,
)


def words(poster: Poster) -> list[str]:
    return [item.text for item in draw(poster) if isinstance(item, Words)]


def modules(svg: str) -> list[str]:
    """The QR code as a reader sees it on the drawn sheet: # dark, . light, row by row."""
    boxes = [rect.attrib for rect in ElementTree.fromstring(svg).iter(f"{SVG}rect")]
    frame = next(
        number for number, box in enumerate(boxes) if box.get("rx") == "3" and box["fill"] == "#ffffff"
    )
    dark = []
    for box in boxes[frame + 1 :]:
        if "rx" in box:
            break
        dark.append([float(box[name]) for name in ("x", "y", "width", "height")])
    side, left, top = dark[0][3], min(box[0] for box in dark), dark[0][1]
    count = round((max(box[0] + box[2] for box in dark) - left) / side)
    grid = [["."] * count for _ in range(count)]
    for x, y, width, _height in dark:
        first = round((x - left) / side)
        grid[round((y - top) / side)][first : first + round(width / side)] = "#" * round(width / side)
    return ["".join(row) for row in grid]


def test_drawn_code_is_that_of_the_address() -> None:
    expected = ["".join(".#"[dark] for dark in row) for row in matrix(POSTER.address)]
    assert modules(as_svg(POSTER)) == expected


def test_another_address_is_another_code() -> None:
    other = "https://portal.example/q/zzzzzzzzzzzzzzzzzzzzzz/"
    assert matrix(other) != matrix(POSTER.address)


def test_code_has_its_quiet_zone_and_size_on_the_small_sheet_too() -> None:
    boxes = [item for item in draw(POSTER) if isinstance(item, Box)]
    frame = next(number for number, box in enumerate(boxes) if box.fill == "#ffffff")
    white, first = boxes[frame], boxes[frame + 1]
    assert (first.x - white.x) / first.height == pytest.approx(4)
    assert white.width * 148 / 210 > 30


def test_runs_are_the_dark_stretches() -> None:
    assert list(runs(bytearray([1, 1, 0, 1]))) == [(0, 2), (3, 1)]


def test_poster_says_place_post_phone_and_whom_to_call_first() -> None:
    told = words(POSTER)
    for line in ("九区3号楼", "九区社区第三网格 网格长", "社区电话 0531-12345678", "王官庄街道"):
        assert line in told
    assert any("119" in line for line in told)
    assert any("120" in line for line in told)


def test_poster_without_a_public_phone_shows_none() -> None:
    silent = replace(POSTER, phone="")
    assert not any("社区电话" in line and ("053" in line) for line in words(silent))


def test_long_names_stay_on_the_sheet() -> None:
    long = replace(POSTER, place="王官庄四区南片回迁安置小区东区十二号楼", keeper="很" * 60)
    for item in draw(long):
        if isinstance(item, Words):
            assert item.x + faces.width(item.face, item.text, item.size) <= RIGHT + 0.01


def test_poster_of_a_building_names_its_grid_leader_and_no_person(cast: Cast) -> None:
    code = make_qr_token(building=cast.building)
    poster = Poster.of(QRToken.objects.with_place().get(pk=code.pk))
    assert (poster.place, poster.keeper) == ("九区3号楼", "九区社区第三网格 网格长")
    assert poster.address.endswith(f"/q/{code.token}/")
    assert not any(cast.leader.real_name in line or cast.leader.phone in line for line in words(poster))


def test_poster_of_a_community_names_its_desk(cast: Cast) -> None:
    code = QRToken.objects.create(community=cast.community_unit)
    poster = Poster.of(QRToken.objects.with_place().get(pk=code.pk))
    assert (poster.place, poster.keeper) == ("九区社区", "九区社区 值班台")


@pytest.mark.parametrize(("paper", "size"), [("a4", ("210mm", "297mm")), ("a5", ("148mm", "209.314mm"))])
def test_svg_has_the_papers_size_and_no_text_that_needs_a_font(paper: str, size: tuple[str, str]) -> None:
    root = ElementTree.fromstring(as_svg(POSTER, paper))
    assert (root.get("width"), root.get("height")) == size
    assert not list(root.iter(f"{SVG}text"))


def test_svg_escapes_what_is_written_into_it() -> None:
    strange = replace(POSTER, place='<script>"&')
    title = ElementTree.fromstring(as_svg(strange)).find(f"{SVG}title")
    assert title is not None
    assert title.text == '<script>"& · 九区社区第三网格 网格长'


def test_pdf_of_a_whole_community_is_quick_and_small() -> None:
    start = time.process_time()
    content = as_pdf(
        replace(POSTER, address=f"https://portal.example/q/{number:022}/") for number in range(100)
    )
    assert time.process_time() - start < 10
    assert len(re.findall(rb"/Type /Page\b", content)) == 100
    assert len(content) < 1_000_000


def test_pdf_page_has_the_papers_size() -> None:
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", as_pdf([POSTER], "a5"))
    assert [tuple(round(float(side) * 25.4 / 72) for side in box) for box in boxes] == [(148, 209)]


def test_sheet_is_a4() -> None:
    assert (WIDTH, HEIGHT) == (210, 297)
