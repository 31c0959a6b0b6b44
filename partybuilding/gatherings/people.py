"""What a phone's holder is called: the door knows a hash alone. Rooms that keep names say so at start-up."""

from collections.abc import Callable
from dataclasses import dataclass, field

from grids.models import User
from partybuilding.access import By
from partybuilding.gatherings.models import SignUp
from wangguan.privacy import keyed_hash


@dataclass(frozen=True)
class Whom:
    """Who signs up: one of the staff, or a name and a mobile number."""

    user: User | None = None
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)

    @property
    def phone_hash(self) -> str:
        """Empty for the staff: their row is found by the account."""
        return "" if self.user else keyed_hash(self.phone)

    def is_(self, by: By) -> bool:
        """Whether this person acts for themselves."""
        if self.user:
            return by.user is not None and by.user.pk == self.user.pk
        return bool(by.phone_hash) and by.phone_hash == self.phone_hash


Source = Callable[[str], Whom | None]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Ask this room what the holder of a phone (`keyed_hash`) is called; called once at start-up."""
    if source not in _sources:
        _sources.append(source)


def of_phone(phone_hash: str) -> Whom | None:
    """Name and number of this phone's holder, as they signed up last or as a room knows them."""
    if not phone_hash:
        return None
    last = SignUp.objects.of_phone(phone_hash).order_by("-pk").first()
    if last:
        return Whom(name=last.name, phone=last.phone)
    found = (source(phone_hash) for source in _sources)
    return next((whom for whom in found if whom), None)
