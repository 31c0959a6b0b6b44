"""Who reads a page, and which gatherings they find: somebody known by phone, or one of the staff."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from grids.doors import member as staff
from partybuilding.access import By
from partybuilding.door.views.doors import known
from partybuilding.gatherings import access, kinds, people
from partybuilding.gatherings.models import Gathering, SignUp
from partybuilding.gatherings.people import Whom
from partybuilding.gatherings.services import signing

PHONE, WORKER, OFFICE = "gathering", "worker_gathering", "party_gathering"
"""The ways in; each begins the names of its addresses."""


@dataclass(frozen=True)
class Reader:
    """Who reads.

    Attributes:
        whom: the same person as one who signs up; None while nobody knows the phone's name.
        way: PHONE, WORKER or OFFICE.
    """

    by: By
    whom: Whom | None
    way: str

    def url(self, name: str, *args: Any) -> str:
        """An address of this way: "" is the gathering's page, "sign_up" what is posted to."""
        return reverse(f"{self.way}_{name}" if name else self.way, args=args)

    def own(self, gathering: Gathering) -> SignUp | None:
        return signing.own(gathering, self.whom) if self.whom else None


def by_phone(request: HttpRequest) -> Reader:
    phone_hash = known(request)
    return Reader(By(phone_hash=phone_hash), people.of_phone(phone_hash), PHONE)


def of_staff(request: HttpRequest) -> Reader:
    user = staff(request)
    return Reader(By(user), Whom(user), WORKER)


def of_office(request: HttpRequest) -> Reader:
    return replace(of_staff(request), way=OFFICE)


def anybody(request: HttpRequest) -> Reader | None:
    """Whoever stands at the door with a phone in hand: the staff, else a known phone, else nobody."""
    if request.user.is_authenticated and staff(request).current_posts:
        return of_staff(request)
    return by_phone(request) if known(request) else None


def found(reader: Reader, pk: int) -> Gathering:
    """A gathering that this person may see.

    Raises:
        Http404: there is none, or it is not meant for them.
    """
    rows = kinds.joined(Gathering.objects.select_related("community").defer("community__boundary"))
    row: Gathering = get_object_or_404(rows, pk=pk)
    if not (_meant_for(reader, row) or reader.own(row) or access.keeps(reader.by, row)):
        raise Http404
    return row


def _meant_for(reader: Reader, row: Gathering) -> bool:
    user = reader.by.user
    near = user is None or Gathering.objects.open_to(user).filter(pk=row.pk).exists()
    return near and kinds.admits(reader.by, row)


def kept(reader: Reader, pk: int) -> Gathering:
    """A gathering whose people this person may look at.

    Raises:
        Http404: neither its office nor somebody whom a room names.
    """
    rows = kinds.joined(Gathering.objects.select_related("community").defer("community__boundary"))
    row: Gathering = get_object_or_404(rows, pk=pk)
    user = reader.by.user
    seen = reader.way == OFFICE and user and Gathering.objects.visible_to(user).filter(pk=pk).exists()
    if not seen and not access.keeps(reader.by, row):
        raise Http404
    return row
