"""Pasting from a WeChat group: the paste, and one small form for each matter found in it."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from requests_app.forms.fields import CategoryField
from requests_app.forms.matter import STAFF_WORDS_MAX, WORDS_MIN
from requests_app.wechat import MOST_CHARACTERS, MOST_MATTERS
from wangguan.fields import Kept, PhoneField, WithPhotos, WordsField


class PasteForm(WithPhotos):
    """What was copied in the group, a screenshot of it, or both."""

    pasted = WordsField(
        label=_("Messages of the group"),
        help_text=_(
            "Paste one or many, with names and times as they come. "
            "A line of three hyphens (---) begins a new matter."
        ),
        rows=8,
        max_length=MOST_CHARACTERS,
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["photos"].label = _("Screenshot or photos")
        self.fields["photos"].help_text = _(
            "Kept as photos of the first matter. The portal cannot read text in pictures; "
            "please write what it says."
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not data.get("pasted") and not data.get("photos"):
            self.add_error("pasted", _("Please paste a message, or choose a screenshot."))
        return data


class DraftForm(WithPhotos):
    """One matter of the paste, to be looked over. Several stand on one page, told apart by their prefix."""

    take = forms.BooleanField(label=_("Note this one down"), required=False, initial=True)
    with_above = forms.BooleanField(label=_("Belongs to the matter above"), required=False)
    description = WordsField(
        label=_("What happened"),
        rows=4,
        min_length=WORDS_MIN,
        max_length=STAFF_WORDS_MAX,
        error_messages={"required": _("Please write what it is about, or leave this one out.")},
    )
    address = forms.CharField(label=_("The place"), max_length=200, required=False)
    category = CategoryField()
    contact_phone = PhoneField(label=_("The resident's mobile number"), required=False)
    submission_id = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, number: int, **options: Any) -> None:
        super().__init__(*args, prefix=f"m{number}", **options)
        self.number = number
        if number == 1:
            del self.fields["with_above"]

    @property
    def kept_name(self) -> str:
        return self.add_prefix("kept_photos")

    @property
    def kept_ids(self) -> list[str]:
        return self.data.getlist(self.kept_name) if isinstance(self.data, QueryDict) else []

    @property
    def is_left_out(self) -> bool:
        return self.is_bound and not self.data.get(self.add_prefix("take"))

    @property
    def goes_above(self) -> bool:
        return self.is_bound and bool(self.data.get(self.add_prefix("with_above")))

    def clean_submission_id(self) -> UUID:
        """The draft's own key; one that lost it is a new one."""
        try:
            return UUID(self.cleaned_data["submission_id"])
        except ValueError:
            return uuid4()

    def suggest(self, kept: list[Kept]) -> None:
        """Photos that came with the paste."""
        self.kept = kept[: settings.PHOTO_MAX_COUNT]


def drafts_in(data: QueryDict, files: Any) -> list[DraftForm]:
    """The forms that a page of drafts sent back, as many as it says it has."""
    count = data.get("matters", "")
    most = min(int(count), MOST_MATTERS) if count.isdecimal() and len(count) < 4 else 0
    return [DraftForm(data, files, number=number) for number in range(1, most + 1)]


def joined(forms_: list[DraftForm]) -> list[list[DraftForm]]:
    """Those to be noted down, each with the ones that belong to it."""
    groups: list[list[DraftForm]] = []
    for form in (form for form in forms_ if not form.is_left_out):
        if form.goes_above and groups:
            groups[-1].append(form)
        else:
            groups.append([form])
    return groups
