"""Who is told of a project: its owner, and the unit the matters belong to. Numbers and a link, no words."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from grids.models import User
from requests_app.repeats.models import Project
from wangguan.notify import kinds
from wangguan.notify.outbox import Draft

_OFFICE, _PHONE = "/admin/repeats/%(group)s/", "/worker/tickets/"
_TO_OWNER = frozenset({"project_owned", "project_joined"})
_KINDS = {
    "project_opened": (
        _("Repeats became a project"),
        _("Matters told again and again were made project %(project)s. Please help to see it through."),
    ),
    "project_owned": (_("A project is yours"), _("Project %(project)s is yours, until %(due)s.")),
    "project_joined": (
        _("Told again"),
        _("Another matter came along to project %(project)s."),
    ),
    "project_answered": (_("A project was answered"), _("The matters of project %(project)s were answered.")),
    "project_closed": (_("A project is closed"), _("Project %(project)s is closed.")),
}


def register() -> None:
    """Make the kinds known to the outbox; called once at start-up."""
    for name, (title, text) in _KINDS.items():
        kinds.register(kinds.Kind(name, title, text, _OFFICE if name in _TO_OWNER else _PHONE))


def drafts(kind: str, project: Project, people: Iterable[User], *, occasion: object = "") -> list[Draft]:
    """One in the portal to each person."""
    return [_draft(kind, project, person, occasion) for person in {p.pk: p for p in people}.values()]


def joined(project: Project, ticket: int) -> Draft:
    """To the owner, once for each run that brought something along; `ticket` is the newest of it."""
    return _draft("project_joined", project, project.owner, ticket)


def _draft(kind: str, project: Project, person: User, occasion: object) -> Draft:
    return Draft(
        key=f"{kind}:{project.pk}:{occasion}:in_app:{person.pk}",
        kind=kind,
        channel="in_app",
        user=person,
        context={"project": project.pk, "group": project.group_id, "due": project.due_on.isoformat()},
    )
