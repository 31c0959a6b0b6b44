"""A few errands that staff of one grid ran for its people, in every state."""

from datetime import timedelta

from residents.demo import texts
from residents.demo.draw import Draw, Weighted
from residents.demo.homes import SEED, Cared, Ground
from residents.demo.rounds import Almanac
from residents.demo.rows import Book, ErrandRow
from residents.signature import Receipt, Stroke
from residents.terms import ErrandKind, ErrandState, HandedHow

EACH_GRID = 9
_KINDS = Weighted(
    {
        ErrandKind.PAPERS: 34, ErrandKind.PENSION: 14, ErrandKind.MEDICAL: 18, ErrandKind.SUBSIDY: 16,
        ErrandKind.SHOPPING: 9, ErrandKind.REPAIR: 7, ErrandKind.OTHER: 2,
    }
)  # fmt: skip
# The newest first; whatever comes after these has been handed over.
_STATES = (ErrandState.ASKED, ErrandState.TAKEN, ErrandState.DONE, ErrandState.CANCELLED)


class Errands:
    """Fills a book with the errands of one grid."""

    def __init__(self, ground: Ground, *, book: Book, almanac: Almanac) -> None:
        self.ground, self.book, self.almanac = ground, book, almanac
        self.draw = Draw(f"{SEED}:errands:{ground.code}")
        self.texts = texts.load()

    def make(self, homes: list[Cared]) -> None:
        """For those under care most of all."""
        cared = [home for home in homes if home.under_care] or homes
        for nth in range(EACH_GRID):
            state = _STATES[nth] if nth < len(_STATES) else ErrandState.HANDED_OVER
            days = nth + 1 if nth < 3 else self.draw.between(8, 330)
            self._errand(self.draw.pick(cared), state, days)

    def _errand(self, home: Cared, state: ErrandState, days: int) -> None:
        """Asked for so many days ago."""
        draw, almanac = self.draw, self.almanac
        kind = _KINDS.pick(draw)
        asked_on = almanac.worked(almanac.today - timedelta(days=days))
        asked_at = almanac.at(asked_on, draw, (9, 10))
        taken = state not in (ErrandState.ASKED, ErrandState.CANCELLED)
        done = state in (ErrandState.DONE, ErrandState.HANDED_OVER)
        handed = state == ErrandState.HANDED_OVER
        handed_on = almanac.worked(asked_on + timedelta(days=draw.between(2, 6)))
        self.book.add(
            ErrandRow(
                id=self.book.key(ErrandRow),
                household_id=home.key,
                resident_id=(home.under_care or home.people)[0],
                submission_id=f"{draw.getrandbits(128):032x}",
                kind=kind,
                words=draw.pick(self.texts.errands[kind]),
                state=state,
                due_on=asked_on + timedelta(days=draw.between(3, 10)) if draw.chance(0.6) else None,
                asked_at=asked_at,
                noted_by_id=self.ground.worker,
                taken_by_id=self.ground.worker if taken else None,
                taken_at=asked_at + timedelta(hours=1) if taken else None,
                done_at=asked_at + timedelta(hours=draw.between(3, 5)) if done else None,
                handed_at=almanac.at(max(handed_on, asked_on), draw, (16,)) if handed else None,
                signature=self._signature() if handed else "",
                cancelled_at=asked_at + timedelta(hours=5) if state == ErrandState.CANCELLED else None,
                cancelled_why=self.texts.cancelled_why if state == ErrandState.CANCELLED else "",
            )
        )

    def _signature(self) -> str:
        """Two strokes of a pen."""
        strokes: list[Stroke] = []
        for start in (0.15, 0.5):
            stroke: Stroke = []
            x, y = start, 0.3 + 0.3 * self.draw.random()
            for _nth in range(12):
                stroke.append((x, y))
                x += 0.01 + 0.015 * self.draw.random()
                y = min(max(y + 0.2 * (self.draw.random() - 0.5), 0.05), 0.95)
            strokes.append(stroke)
        return Receipt(HandedHow.DRAWN, strokes).stored()
