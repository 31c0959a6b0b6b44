"""A body as the forms of the pages take it, whether it came as JSON or as a form."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.parsers import FormParser, MultiPartParser

from wangguan.interfaces.rest.parsers import BoundedJSON
from wangguan.interfaces.rest.problems import Unclear
from wangguan.words import storable

FORMS = [BoundedJSON, MultiPartParser, FormParser]
"""JSON, or a form where photos go along."""


def fields(body: Any, *, lists: Collection[str] = ()) -> Mapping[str, Any]:
    """Texts by name: JSON's nulls are as good as not sent, its numbers what somebody would have typed.

    Raises:
        Unclear: the body is no object, or a value in it is one; of lists only those in `lists` are taken.
    """
    if not isinstance(body, Mapping):
        raise Unclear({"body": [_("Please send one JSON object with the fields.")]})
    if isinstance(body, QueryDict):
        return body
    for name, value in body.items():
        if isinstance(value, Mapping) or (isinstance(value, list) and name not in lists):
            raise Unclear({name: [_("Please send a text or a number here.")]})
    return {name: _typed(value) for name, value in body.items() if value is not None}


def uuid(data: Mapping[str, Any], name: str) -> UUID | None:
    """The caller's own key for this action or form.

    Raises:
        Unclear: it is no UUID; passing over it would make a retry a second action.
    """
    if not (given := data.get(name)):
        return None
    try:
        return UUID(str(given))
    except ValueError:
        raise Unclear({name: [_("Please send a UUID.")]}) from None


def _typed(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
