"""What is handed out at a session: a file behind a permission, or a link."""

from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from partybuilding.access import By
from partybuilding.training import access, files
from partybuilding.training.models import Material, Session
from partybuilding.training.terms import MOST_MATERIALS
from wangguan import journal
from wangguan.refusals import Refused
from wangguan.words import storable


@transaction.atomic
def add(
    session: Session, *, title: str, by: By, form_id: UUID, file: UploadedFile | None = None, link: str = ""
) -> Material:
    """Hand out a file or a link; the same form again is the same one.

    Raises:
        Refused: not the keeper, too many, no plain PDF, Word or PowerPoint file, or neither or both given.
    """
    if not access.keeps(by, session.plan):
        raise Refused(_("This is not yours to do."))
    # A second tap waits here for the first, and finds what it handed out; twenty stay twenty.
    Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    if first := Material.objects.filter(form_id=form_id).first():
        return first
    if bool(file) == bool(link):
        raise Refused(_("Please give a file or a link, one of the two."), field="file")
    if session.materials.count() >= MOST_MATERIALS:
        raise Refused(_("There are twenty already; please take one away first."))
    row = Material(session=session, title=storable(title), link=link, made_by=by.user, form_id=form_id)
    if file:
        kind = files.kind_of(file, file.size or 0)
        row.kind, row.size = kind, file.size or 0
        file.name = f"{uuid4().hex}.{kind}"
        row.file = file
    row.save()
    return row


@transaction.atomic
def remove(material: Material, *, by: By) -> None:
    """Take it away; the file goes once that is certain.

    Raises:
        Refused: not the keeper.
    """
    if by.user is None or not access.keeps(by, material.session.plan):
        raise Refused(_("This is not yours to do."))
    storage, name = material.file.storage, material.file.name
    journal.note(by.user, [material], journal.DELETION, _("Taken away"))
    material.delete()
    if name:
        transaction.on_commit(lambda: storage.delete(name), robust=True)
