"""The chapters of the page, in their order, each read from its room's rows."""

from partybuilding.year.chapters.hands import CHECK_INS, VOLUNTEERS
from partybuilding.year.chapters.learning import CENTRES, TRAINING
from partybuilding.year.chapters.lists import CLAIMS
from partybuilding.year.chapters.standing import COVERAGE, DUTIES
from partybuilding.year.chapters.tables import COUNCILS, PARTY, STEWARDS

CHAPTERS = (
    COVERAGE,
    CHECK_INS,
    CLAIMS,
    COUNCILS,
    STEWARDS,
    PARTY,
    DUTIES,
    TRAINING,
    CENTRES,
    VOLUNTEERS,
)
