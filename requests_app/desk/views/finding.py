"""Finding a matter: what was typed is posted and kept in the session, so no phone stands in an address."""

import re
import unicodedata

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from grids import access as doors
from grids.doors import member
from grids.models import Grid, LineCode, User, today
from requests_app.desk import suggest
from requests_app.desk.doors import for_office, frame
from requests_app.desk.forms import FindForm
from requests_app.models import Ticket
from requests_app.queries import TicketQuerySet
from requests_app.roster import Roster
from wangguan import clock, looked_for
from wangguan.answers import page, see_other
from wangguan.privacy import keyed_hash

SORT = "desk_searches"
SHOWN = 50
TAIL = re.compile(r"\d{4}")
CODE = re.compile(r"[\w./-]{2,30}")
DIGIT = re.compile(r"\d")
"""Our own codes have digits; a line of work may call a grid by a word."""
GRIDS_SHOWN = 20
PHONE = re.compile(r"1[3-9]\d{9}")


@require_POST
@for_office()
def find(request: HttpRequest) -> HttpResponse:
    """303 to what was found, under a key that only this session understands."""
    form = FindForm(request.POST)
    if not form.is_valid():
        return page(request, "desk/found.html", {**frame(request, "admin:index"), "find": form}, status=422)
    key = looked_for.keep(request, SORT, form.cleaned_data["q"])
    return see_other(f"{reverse('desk_found')}?found={key}")


@require_GET
@for_office()
def found(request: HttpRequest) -> HttpResponse:
    """What this session looked for; at most `SHOWN`, newest first."""
    typed = looked_for.kept(request, SORT, request.GET.get("found", ""))
    user = member(request)
    rows = list(answering(typed, user).order_by("-id").for_acting()[: SHOWN + 1]) if typed else []
    context = {
        **frame(request, "admin:index"),
        "find": FindForm(initial={"q": typed}),
        "grids": grids_called(typed, user),
        "typed": typed,
        "rows": suggest.lines(rows[:SHOWN], user, now=clock.now(), roster=Roster.names()),
        "more": len(rows) > SHOWN,
    }
    return page(request, "desk/found.html", context)


def grids_called(typed: str, user: User) -> list[tuple[Grid, str]]:
    """Grids of this person's scope by a code: ours, a former one, or what another line of work calls it.

    With each, whose code it was; nothing for what cannot be a code. At most two statements.
    """
    code = unicodedata.normalize("NFKC", typed).strip()
    if not CODE.fullmatch(code) or not doors.has_perm(user, "grids.view_grid"):
        return []
    scope, ours = doors.admin_scope(user), Grid.objects.by_code(code) if DIGIT.search(code) else None
    found: dict[Grid, list[str]] = {}
    if ours and (scope.everywhere or ours.community_id in scope.communities):
        found[ours] = [_("our code")]
    named = scope.limit(LineCode.objects.filter(code__iexact=code), "grid__community")
    for row in named.select_related("grid")[:GRIDS_SHOWN]:
        ended = row.ends_on is not None and row.ends_on < today()
        found.setdefault(row.grid, []).append(
            _("%(code)s (no longer in force)") % {"code": row} if ended else str(row)
        )
    return [(grid, "、".join(dict.fromkeys(said))) for grid, said in found.items()]


def answering(typed: str, user: User) -> TicketQuerySet:
    """Matters that this person may see and that have the number, the words, the place or the phone."""
    seen = Ticket.objects.visible_to(user)
    digits = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed))
    if PHONE.fullmatch(digits):
        return seen.filter(phone_hash=keyed_hash(digits))
    if TAIL.fullmatch(digits):
        return seen.filter(Q(phone_tail_hash=keyed_hash(digits)) & ~Q(phone_hash=""))
    return seen.search(typed)
