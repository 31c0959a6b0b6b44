"""A file that is handed out, to whoever was found to have it."""

from django.http import FileResponse, Http404
from django.utils.text import get_valid_filename

from partybuilding.training.files import TYPES
from partybuilding.training.models import Material
from partybuilding.training.terms import FileKind


def material_file(row: Material) -> FileResponse:
    """Saved, never opened in the browser: it is somebody else's bytes.

    Raises:
        Http404: a link has no file, or the file is gone.
    """
    if not row.file:
        raise Http404
    try:
        opened = row.file.open()
    except FileNotFoundError as error:
        raise Http404 from error
    name = get_valid_filename(f"{row.title}.{row.kind}")
    response = FileResponse(opened, as_attachment=True, filename=name, content_type=TYPES[FileKind(row.kind)])
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
