"""How many matters may come from one address or phone before the browser has to work for it.

A person is never asked for more than a few seconds, and never for anything but waiting:

* Up to `REPORTS_PER_ADDRESS` (20) an hour from one address need nothing. Behind one address sits a
  family, a community office with its visitors, or hundreds of phones of one mobile network; a street
  of 20,000 households tells some fifteen matters a day, so twenty an hour from one place is a robot
  or a very bad day.
* Up to `REPORTS_PER_PHONE` (5) an hour for one phone need nothing, wherever they come from: nobody
  is buried under messages that somebody else ordered for them.
* Past either, a proof of work opens the gate for one matter (requests_app/proof.py): two seconds.
* Without JavaScript the form comes back full and says in how many minutes the hour is over; the
  hour begins with the first matter counted and never grows by knocking.

Only matters that would otherwise be taken are counted, and the same form sent again counts once.
"""

from dataclasses import dataclass, field
from math import ceil

from django.conf import settings
from django.http import HttpRequest

from requests_app import proof as proofs
from requests_app.services import Matter, same_form
from wangguan.limits import Limit, client_address

BY_ADDRESS = Limit("report:address", most=settings.REPORTS_PER_ADDRESS)
BY_PHONE = Limit("report:phone", most=settings.REPORTS_PER_PHONE)


@dataclass(frozen=True)
class Tries:
    """The tries of whoever sends this request, by address and by the phone they left."""

    request: HttpRequest = field(repr=False)
    phone: str = field(repr=False)

    def may_tell(self, matter: Matter, *, proof: str) -> bool:
        """Count this try; past a limit only a matter taken before, or a fresh proof, goes on."""
        counted = [limit.take(name) for limit, name in self._counted()]
        return all(counted) or same_form(matter) is not None or proofs.spend(proof)

    def give_back(self) -> None:
        """It was the same form again: that counts once."""
        for limit, name in self._counted():
            limit.give_back(name)

    def minutes_to_wait(self) -> int:
        return max(1, *(ceil(limit.wait(name) / 60) for limit, name in self._counted()))

    def _counted(self) -> list[tuple[Limit, str]]:
        address = [(BY_ADDRESS, client_address(self.request))]
        return [*address, (BY_PHONE, self.phone)] if self.phone else address
