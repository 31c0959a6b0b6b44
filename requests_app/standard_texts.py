"""Standard texts filled in for one matter, and the shipped ones brought into the database."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.models import User
from requests_app.models import Category, StandardText, Ticket
from requests_app.placeholders import filled
from wangguan import clock
from wangguan.words import for_the_record

SHIPPED = Path(__file__).parent / "data" / "standard_texts.json"
OFFERED = 6
"""So many at a step; more would be a list to search instead of a tap."""
BEGINNING = 44
_DOUBLE = "欧阳|司马|上官|诸葛|夏侯|东方|皇甫|尉迟|公孙|令狐|慕容|司徒|长孙|宇文|端木|南宫"
_TITLE = (
    "先生|女士|小姐|老师|师傅|大夫|医生|同志|大爷|大妈|大娘|大叔|大姐|大哥|"
    "阿姨|奶奶|爷爷|叔叔|伯伯|婶|姨|叔|哥|姐|嫂"
)
_FORM_OF_ADDRESS = re.compile(rf"(?:\w|{_DOUBLE})(?:{_TITLE})|[老小]\w")
"""张女士, 欧阳老师, 老李: how people are spoken to. A full name stays masked."""


@dataclass(frozen=True)
class ReadyText:
    """One text as a step offers it: its title, how it begins, and the whole, filled in."""

    pk: int
    title: str
    text: str

    @property
    def beginning(self) -> str:
        """How it goes on after the salutation, which all of them share."""
        body = self.text.partition("：")[2] if "：" in self.text[:20] else self.text
        body = body.replace("\n", " ").strip()
        return body if len(body) <= BEGINNING else body[: BEGINNING - 1].rstrip() + "…"


def ready_texts(ticket: Ticket, steps: Iterable[str], *, user: User) -> dict[str, list[ReadyText]]:
    """By step, those of the ticket's own category first, then of its group, then for all. One query."""
    values = placeholder_values(ticket, user=user)
    own = ticket.category_id
    found: dict[str, list[ReadyText]] = {}
    rows = list(StandardText.objects.offered_for(ticket, steps))
    for row in sorted(rows, key=lambda row: (row.category_id is None, row.category_id != own)):
        texts = found.setdefault(row.step, [])
        if len(texts) < OFFERED:
            texts.append(ReadyText(row.pk, row.title, filled(row.text, values)))
    return found


def placeholder_values(ticket: Ticket, *, user: User) -> dict[str, str]:
    """What stands for each placeholder, in the house's language: the resident reads it."""
    unit = ticket.grid or ticket.community
    return {
        "称呼": _addressed(ticket.contact_name.strip()),
        "地点": ticket.address.strip() or for_the_record(_("the place you named")),
        "今天": _today(clock.now()),
        "网格": for_the_record(unit or _("the street")),
        "我的岗位": _post(ticket, user),
        "编号": ticket.number,
    }


def _addressed(name: str) -> str:
    """What the resident gave as a form of address; whoever gave a name, or none, is a neighbour."""
    return name if _FORM_OF_ADDRESS.fullmatch(name) else for_the_record(_("Dear neighbour"))


def _today(now: datetime) -> str:
    local = timezone.localtime(now)
    return f"{local.month} 月 {local.day} 日"


def _post(ticket: Ticket, user: User) -> str:
    """The post this person answers in: the one in the ticket's grid, else the first."""
    posts = user.current_posts
    here = [post for post in posts if post.grid_id and post.grid_id == ticket.grid_id]
    return for_the_record((here or posts)[0].title) if posts else ""


# --- the shipped ones --------------------------------------------------------------------
@transaction.atomic
def load_standard_texts(*, reset: bool = False) -> tuple[int, int]:
    """Create the shipped texts that are missing; returns how many are new and how many were there.

    What staff changed stays, unless `reset` puts the shipped words back. Their own texts
    are never touched.
    """
    categories = {category.code: category for category in Category.objects.all()}
    known = {text.code: text for text in StandardText.objects.exclude(code=None)}
    rows = shipped()
    for position, row in enumerate(rows):
        values = _values(row, position, categories)
        if row["code"] not in known:
            StandardText.objects.create(code=row["code"], **values)
        elif reset:
            StandardText.objects.filter(code=row["code"]).update(**values)
    created = sum(row["code"] not in known for row in rows)
    return created, len(rows) - created


def shipped() -> list[dict[str, Any]]:
    """The texts as the repository carries them."""
    return json.loads(SHIPPED.read_text(encoding="utf-8"))


def _values(row: Mapping[str, Any], position: int, categories: Mapping[str, Category]) -> dict[str, Any]:
    """The columns of one shipped text.

    Raises:
        KeyError: it names a category that is not there; load the categories first.
    """
    category = categories[row["category"]] if row.get("category") else None
    words = {name: row[name] for name in ("step", "title", "text")}
    return words | {"category": category, "position": position, "is_active": True}
