from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from tests.cast import Cast
from tests.requests_app.matters import told
from wangguan import clock

pytestmark = pytest.mark.django_db


def test_page_says_that_a_year_without_notice_counts_monday_to_friday(cast: Cast, client: Client) -> None:
    with clock.at(datetime(2026, 12, 30, 10, tzinfo=ZoneInfo("Asia/Shanghai"))):
        ticket = told(cast)

        page = client.get(ticket.tracking_url).content.decode()

    assert "周一至周五" in page


def test_page_is_silent_about_a_published_year(cast: Cast, client: Client) -> None:
    with clock.at(datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))):
        ticket = told(cast)

        page = client.get(ticket.tracking_url).content.decode()

    assert "周一至周五" not in page
