"""A group as one project (专项): somebody owns it, has a plan and a day."""

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.models import User, today
from requests_app.repeats import access, messages
from requests_app.repeats.models import Group, Project
from requests_app.repeats.terms import RUNNING, WORDS_MAX, ProjectState
from wangguan import clock
from wangguan.notify import outbox
from wangguan.refusals import Refused
from wangguan.words import storable


def open_project(
    group: Group, *, by: User, owner: User, plan: str, due_on: date, action_id: UUID | None = None
) -> Project:
    """Make the group a project; what joins the group later comes along. Its people are told.

    Raises:
        Refused: this person may not, it is one already, or owner, plan or day will not do.
    """
    if action_id and (first := Project.objects.filter(action_id=action_id).first()):
        return first
    plan = storable(plan).strip()[:WORDS_MAX]
    _check(group, by, owner, plan, due_on)
    try:
        with transaction.atomic():
            project = Project.objects.create(
                group=group, owner=owner, plan=plan, due_on=due_on, opened_by=by, action_id=action_id
            )
            outbox.add(messages.drafts("project_owned", project, [owner]))
            others = [person for person in access.holders(group) if person.pk not in (owner.pk, by.pk)]
            outbox.add(messages.drafts("project_opened", project, others))
    except IntegrityError:
        if action_id and (first := Project.objects.filter(action_id=action_id).first()):
            return first
        raise Refused(_("It was made a project meanwhile. Please read how it stands now.")) from None
    return project


def answered(group: Group) -> None:
    """All its open matters got one answer; the owner still has to close it."""
    for project in Project.objects.filter(group=group, state=ProjectState.OPEN).select_related("owner"):
        Project.objects.filter(pk=project.pk).update(state=ProjectState.ANSWERED)
        outbox.add(messages.drafts("project_answered", project, [project.owner, *access.holders(group)]))


def close(project: Project, *, by: User, outcome: str) -> None:
    """It is over, and why; compared and swapped on its state.

    Raises:
        Refused: this person may not, says nothing, or it is over already.
    """
    outcome = storable(outcome).strip()[:WORDS_MAX]
    if not (access.may_edit(by, project.group) or project.owner_id == by.pk):
        raise Refused(_("A project is closed by its owner, the street, or the community it lies in."))
    if not outcome:
        raise Refused(_("Please write what came of it."), field="outcome")
    with transaction.atomic():
        running = Project.objects.filter(pk=project.pk, state__in=RUNNING)
        if not running.update(state=ProjectState.CLOSED, closed_at=clock.now(), outcome=outcome):
            raise Refused(_("The project is closed already."))
        told = [person for person in access.holders(project.group) if person.pk != by.pk]
        outbox.add(messages.drafts("project_closed", project, told))


def _check(group: Group, by: User, owner: User, plan: str, due_on: date) -> None:
    if not access.may_edit(by, group):
        raise Refused(_("Groups are changed by the street and by the community they lie in."))
    if owner.pk not in {person.pk for person in access.owners(group)}:
        raise Refused(_("The owner must be in post at the street or in this community."), field="owner")
    if not plan:
        raise Refused(_("Please write what shall be done."), field="plan")
    if due_on < today():
        raise Refused(_("This day has passed. Please choose a later one."), field="due_on")
    if Project.objects.filter(group=group, state__in=RUNNING).exists():
        raise Refused(_("It was made a project meanwhile. Please read how it stands now."))
