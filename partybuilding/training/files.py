"""Files that are handed out: told by their bytes, never by their name or by what the browser says."""

import zipfile
from typing import IO

from django.utils.translation import gettext as _

from partybuilding.training.terms import MOST_BYTES, FileKind
from wangguan.refusals import Refused

MOST_PARTS = 5_000
HEADS = {
    FileKind.DOCX: "word/document.xml",
    FileKind.PPTX: "ppt/presentation.xml",
}
TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
"""As what each is served."""


def kind_of(file: IO[bytes], size: int) -> FileKind:
    """What this file is.

    Raises:
        Refused: too large, neither PDF nor Word nor PowerPoint, or with macros.
    """
    if size > MOST_BYTES:
        raise Refused(
            _("This file is larger than 20 MB. Please make it smaller or give a link."), field="file"
        )
    file.seek(0)
    if file.read(5) == b"%PDF-":
        return FileKind.PDF
    try:
        with zipfile.ZipFile(file) as parts:
            return _office_kind([info.filename for info in parts.infolist()])
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        EOFError,
        OSError,
        ValueError,
    ) as error:
        raise _unknown() from error
    finally:
        file.seek(0)


def _office_kind(names: list[str]) -> FileKind:
    if len(names) > MOST_PARTS or "[Content_Types].xml" not in names:
        raise _unknown()
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused(_("This file has macros. Please save it without them."), field="file")
    found = next((kind for kind, part in HEADS.items() if part in names), None)
    if found is None:
        raise _unknown()
    return found


def _unknown() -> Refused:
    return Refused(_("Only PDF, Word (.docx) and PowerPoint (.pptx) files are handed out."), field="file")
