"""Free text as people send it, made storable without changing what it says."""

import re

from django.conf import settings
from django.utils.translation import override

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """`text` without what PostgreSQL cannot keep (NUL, lone surrogates), and without blank ends."""
    return UNSTORABLE.sub("", text).strip()


def for_the_record(text: object) -> str:
    """A translated text as it is stored: in the house's language, whoever acts in whichever language."""
    with override(settings.LANGUAGE_CODE):
        return str(text)
