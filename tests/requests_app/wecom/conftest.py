import pytest
from pytest_django import Settings

from tests.requests_app.wecom import calling


@pytest.fixture(autouse=True)
def _app(settings: Settings) -> None:
    """The street has an app in WeCom."""
    settings.WECOM_CORP_ID, settings.WECOM_TOKEN = calling.CORP, calling.TOKEN
    settings.WECOM_AES_KEY = calling.AES_KEY
