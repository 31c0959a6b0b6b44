"""Stewards and cross appointments, what households say, what residents see of topics, the company's log."""

from partybuilding.steward.models.log import ServiceEntry, ServicePicture
from partybuilding.steward.models.steward import CrossAppointment, Steward
from partybuilding.steward.models.topics import Backing, Shown
from partybuilding.steward.models.voices import Appraisal, Mark, Poll, Stars

__all__ = [
    "Appraisal",
    "Backing",
    "CrossAppointment",
    "Mark",
    "Poll",
    "ServiceEntry",
    "ServicePicture",
    "Shown",
    "Stars",
    "Steward",
]
