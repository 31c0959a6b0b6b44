"""How the interface says no: always `detail`, a sentence, and `fields` where one has to be mended."""

from typing import Any

from django import forms
from rest_framework import status
from rest_framework.exceptions import APIException

from wangguan.refusals import Refused


class Unclear(APIException):
    """400: something sent makes no sense; `fields` says what, by name."""

    status_code = status.HTTP_400_BAD_REQUEST

    def __init__(self, fields: dict[str, list[str]]) -> None:
        sentence = next((sentences[0] for sentences in fields.values() if sentences), "")
        super().__init__({"detail": sentence, "fields": fields})

    @classmethod
    def of(cls, form: forms.Form) -> "Unclear":
        return cls({name: [str(error) for error in errors] for name, errors in form.errors.items()})


class Conflict(APIException):
    """409: the step is refused, with the sentence that pages show too."""

    status_code = status.HTTP_409_CONFLICT

    def __init__(self, refusal: Refused) -> None:
        said: dict[str, Any] = {"detail": refusal.sentence}
        if refusal.field:
            said["fields"] = {refusal.field: [refusal.sentence]}
        super().__init__(said)
