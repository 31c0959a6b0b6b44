"""The room in a browser: nothing keeps anybody out, and nothing is wider than the screen."""

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.partybuilding.sectors.scenes import AT
from tests.plugins.browser import DESK, Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("view", [{}, {"viewport": DESK}])
def test_every_page_has_no_barrier(
    person: Callable[..., Person], cast: Cast, view: dict[str, object]
) -> None:
    firms = [
        make(cast, name=f"{stage}店", latitude=36.6305 + place / 5000, longitude=116.931)
        for place, (stage, make) in enumerate(AT.items())
    ]
    office = ["", "map/", "coverage/", "new/", "import/", *(f"{firm.pk}/" for firm in firms)]
    phone = ["", "?what=all", "new/", f"{firms[2].pk}/"]
    someone = person(**view)
    someone.sign_in(cast.community)
    addresses = [
        *(f"/admin/party/sectors/{end}" for end in office),
        *(f"/worker/sectors/{end}" for end in phone),
    ]
    for address in addresses:
        page = someone.open(address)
        assert (address, someone.barriers(), page.evaluate(WIDE)) == (address, [], 0)
