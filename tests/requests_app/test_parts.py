"""The templates' parts: the 王 ring, icons, dates, fields."""

from datetime import UTC, datetime

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils import translation

from requests_app.templatetags.portal import control, icon, moment, spoken, way
from requests_app.workflow import LADDER, Status
from wangguan import clock

GRID, COMMUNITY, STREET = "M13.5 33.5h21", "M17 24h14", "M15.5 14.5h17"


@pytest.mark.parametrize(
    ("level", "classes"),
    [
        ("grid", ["now", "ahead", "ahead"]),
        ("community", ["passed", "now", "ahead"]),
        ("street", ["passed", "passed", "now"]),
    ],
)
def test_way_marks_each_rung(level: str, classes: list[str]) -> None:
    ring = way(level, "accepted")
    marked = [
        f'class="{name}" d="{rung}"' for name, rung in zip(classes, [GRID, COMMUNITY, STREET], strict=True)
    ]
    assert all(mark in ring for mark in marked)


@pytest.mark.parametrize("status", ["declined", "merged"])
def test_way_of_what_left_the_ladder_carries_a_sign(status: str) -> None:
    ring = way("community", status)
    assert "way-sign" in ring
    assert GRID not in ring


@pytest.mark.parametrize("level", LADDER)
@pytest.mark.parametrize("status", Status)
def test_way_says_in_words_what_it_shows(level: str, status: str) -> None:
    assert f'aria-label="{spoken(level, status)}"' in way(level, status)


def test_way_beside_words_is_silent() -> None:
    assert 'aria-hidden="true"' in way("grid", "accepted", "s", "")


def test_icon_is_hidden_from_screen_readers() -> None:
    assert 'aria-hidden="true"' in icon("check")


def test_moment_is_told_where_the_portal_stands() -> None:
    with translation.override("en"), clock.at(datetime(2026, 11, 23, tzinfo=UTC)):
        told = moment(datetime(2026, 11, 23, 16, 30, tzinfo=UTC))
    assert told == '<time datetime="2026-11-24T00:30:00+08:00">Nov 24, 00:30</time>'


def test_moment_of_another_year_names_it() -> None:
    with translation.override("en"), clock.at(datetime(2027, 1, 5, tzinfo=UTC)):
        assert "Dec 31, 2026" in moment(datetime(2026, 12, 31, 1, tzinfo=UTC))


class _Form(forms.Form):
    name = forms.CharField(help_text="as on the door", widget=forms.TextInput({"placeholder": "Name"}))


def test_control_hides_no_label_in_a_placeholder() -> None:
    assert "placeholder" not in control(_Form()["name"])


def test_field_joins_label_hint_and_error_to_its_control() -> None:
    part = render_to_string("parts/field.html", {"field": _Form({})["name"]})
    assert 'aria-describedby="id_name_helptext id_name_error"' in part
    assert 'id="id_name_helptext"' in part
    assert 'id="id_name_error"' in part


@pytest.mark.parametrize("page", ["400", "403", "403_csrf", "404", "413", "429", "500"])
def test_error_page_needs_no_request_and_names_a_way_on(page: str) -> None:
    assert "<a " in render_to_string(f"{page}.html").split('id="main"')[1]
