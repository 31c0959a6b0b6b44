import pytest
from django.test import RequestFactory
from pytest_django import Settings

from wangguan.limits import client_address


@pytest.mark.parametrize(
    ("proxies", "told", "address"),
    [
        (0, "203.0.113.9", "198.51.100.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.1, 203.0.113.9", "203.0.113.9"),
        (2, "10.0.0.1, 203.0.113.9, 192.0.2.1", "203.0.113.9"),
        (1, "", "198.51.100.1"),
        (2, "203.0.113.9", "198.51.100.1"),
    ],
)
def test_address_is_believed_as_far_as_our_proxies(
    settings: Settings, rf: RequestFactory, proxies: int, told: str, address: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR="198.51.100.1", headers={"x-forwarded-for": told})
    assert client_address(request) == address
