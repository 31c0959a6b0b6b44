"""Becoming a volunteer, and the teams there are, without an account."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from partybuilding.door import already
from partybuilding.door.already import Known
from partybuilding.teams.forms import VolunteerForm
from partybuilding.teams.models import Team
from partybuilding.teams.services import enrolling
from partybuilding.teams.services.enrolling import Whom
from wangguan.answers import page, see_other, too_many
from wangguan.limits import Limit, client_address

AN_HOUR = Limit("teams_sign_up", most=10)
BACK = "/"
MOST = 100


@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Somebody wants to help."""
    team = request.GET.get("team", "")
    wish = int(team) if team.isdecimal() and len(team) < 10 else None
    form = VolunteerForm(request.POST or None, initial={"wish": wish})
    if request.method == "POST" and form.is_valid():
        if not AN_HOUR.take(client_address(request)):
            return too_many(request)
        told = form.cleaned_data
        same = {name: told[name] for name in ("community", "skills", "slots", "wish", "form_id")}
        try:
            enrolling.sign_up(Whom(told["person"], told["phone"], told["may_be_named"]), **same)
        except Known:
            already.tell(told["phone"])
        return see_other(reverse("teams_signed_up"))
    context = {"form": form, "back": BACK}
    return page(request, "teams/sign_up.html", context, status=422 if form.errors else 200)


@require_GET
def signed_up(request: HttpRequest) -> HttpResponse:
    """It arrived; what happens next."""
    return page(request, "teams/signed_up.html", {"back": BACK})


@require_GET
def teams(request: HttpRequest) -> HttpResponse:
    """The teams there are."""
    rows = Team.objects.standing().with_counts().select_related("community").defer("community__boundary")
    context = {"rows": rows.order_by("community__code", "name", "pk")[:MOST], "back": BACK}
    return page(request, "teams/teams_public.html", context)
