"""How many matters one address or one phone may tell in an hour, and what opens the gate past that.

Twenty an hour from an address: a whole stairwell behind one router, or a worker helping
residents at a desk, never meets the gate; a robot does within a second. Five from a phone: more than
anybody tells in an hour, since the fifth of them is still being read. Past the limits an ordinary
browser passes all the same, after some seconds of work (`requests_app.proof`), so nobody
behind a shared address is locked out; without scripts the hour has to pass.
"""

from django.conf import settings
from django.http import HttpRequest

from requests_app import proof
from requests_app.services import Matter, same_form
from requests_app.views.limits import Limit, client_address

PER_ADDRESS = Limit("report-address", settings.REPORTS_PER_ADDRESS)
PER_PHONE = Limit("report-phone", settings.REPORTS_PER_PHONE)
PHOTOS = Limit("photo-address", 40 * settings.PHOTO_MAX_COUNT)


def wait(request: HttpRequest, phone: str) -> int:
    """Seconds until a browser without scripts may hand in again; 0 while the limits are kept."""
    by_phone = PER_PHONE.wait(phone) if phone else 0
    return max(PER_ADDRESS.wait(client_address(request)), by_phone)


def lets_in(request: HttpRequest, matter: Matter) -> bool:
    """Within the limits, or with a fresh proof; a form that was taken before always passes."""
    if not wait(request, matter.contact_phone):
        return True
    return same_form(matter) is not None or proof.is_good(request.POST.get("proof", ""))


def count(request: HttpRequest, matter: Matter) -> None:
    """Note a matter that was taken."""
    PER_ADDRESS.take(client_address(request))
    if matter.contact_phone:
        PER_PHONE.take(matter.contact_phone)
