"""Taking in a matter that another system tells."""

from dataclasses import dataclass, field
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids import locate
from grids.locate import Place
from grids.models import Building
from requests_app.models import Ticket
from requests_app.open311.attributes import Answered
from requests_app.open311.models import Detail, Submission
from requests_app.services import Matter, submit
from wangguan.interfaces.models import ApiKey
from wangguan.refusals import Refused

_TOKENS = UUID("5b1f7a0e-6a52-4d0e-9f0c-0311a7d64c52")
"""Names the space of senders' tokens; made once at random."""


@dataclass(frozen=True)
class Sent:
    """What came with a matter and is kept beside its ticket."""

    token: str = ""
    media_url: str = ""
    answers: list[Answered] = field(default_factory=list, repr=False)


def tell(matter: Matter, sent: Sent, *, key: ApiKey) -> Ticket:
    """Make the ticket and keep who sent it; with a token that came before, the ticket it made then.

    Raises:
        Refused: the token came before with another matter, or the matter's words are too many.
    """
    try:
        with transaction.atomic():
            ticket, is_new = submit(matter)
            if is_new:
                _keep(ticket, sent, key=key)
    except IntegrityError as error:
        if sent.token and Submission.objects.filter(key=key, token=sent.token).exists():
            raise Refused(
                _("This Idempotency-Key was used for another request; please take a new one.")
            ) from error
        raise
    return ticket


def _keep(ticket: Ticket, sent: Sent, *, key: ApiKey) -> None:
    row = Submission.objects.create(ticket=ticket, key=key, token=sent.token, media_url=sent.media_url)
    Detail.objects.bulk_create(
        Detail(submission=row, code=each.code, question=each.question, value=each.value)
        for each in sent.answers
    )


def submission_id(key: ApiKey, token: str) -> UUID | None:
    """The id under which the same form twice is one ticket; None when the sender names none."""
    return uuid5(_TOKENS, f"{key.pk}:{token}") if token else None


def place_of(
    *, building: Building | None, latitude: float | None, longitude: float | None, address: str
) -> Place:
    """Where it lies: the building that was named, or else what point and words lead to."""
    if building:
        return Place(building.grid, building.grid.community, building, how="building")
    return locate.locate(latitude=latitude, longitude=longitude, address=address)
