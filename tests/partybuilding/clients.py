"""Browsers of people: of the staff, and of somebody who entered with a code."""

from django.test import Client

from grids.models import User
from partybuilding.door.views.doors import KNOWN
from wangguan.privacy import keyed_hash


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def knowing(phone: str) -> Client:
    """A browser that entered with a code."""
    client = Client()
    session = client.session
    session[KNOWN] = keyed_hash(phone)
    session.save()
    client.cookies["sessionid"] = str(session.session_key)
    return client
