"""Fields that forgive how people write, and photos that survive a refused form."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, TypeVar, cast

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext_lazy

from wangguan import clock, photos
from wangguan.photos import CleanPhoto, PhotoRefused

MOBILE = re.compile(r"1[3-9]\d{9}")
EMPTY = gettext_noop("This field is required.")
"""Django's own sentence, marked here so that our catalogue says it in the portal's voice, for every form."""
STOCK = (
    gettext_noop("Null characters are not allowed."),
    gettext_noop("Ensure this value is less than or equal to %(limit_value)s."),
    gettext_noop("Ensure this value is greater than or equal to %(limit_value)s."),
    gettext_noop("Select a valid choice. That choice is not one of the available choices."),
    gettext_noop("Select a valid choice. %(value)s is not one of the available choices."),
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a valid time."),
    gettext_noop("Enter a valid date/time."),
    gettext_noop("Enter a whole number."),
    gettext_noop("Enter a number."),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
)
"""Django's further sentences for what is typed, marked for the same reason."""
FAR = _("Please check the year.")
FIRST_YEAR, YEARS_AHEAD = 2000, 20
"""Days that are typed lie in these years: the first, and how many from now."""


class WordsField(forms.CharField):
    """Free words in a box of several lines; a line's end counts once, as on the screen."""

    def __init__(self, *, rows: int = 4, **options: Any) -> None:
        super().__init__(widget=forms.Textarea({"rows": rows, "cols": False}), **options)

    def to_python(self, value: Any) -> str:
        return super().to_python(str(value).replace("\r\n", "\n") if value else value) or ""


class DayField(forms.DateField):
    """A day that an office works with; a slip in the year is said, instead of being kept."""

    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    default_error_messages: ClassVar = {"far": FAR}

    def to_python(self, value: Any) -> date | None:
        return _near(super().to_python(value), self.error_messages["far"])


class MomentField(forms.DateTimeField):
    """A day and an hour of it, in the same years as `DayField`."""

    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_error_messages: ClassVar = {"far": FAR}

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%dT%H:%M"], **options)

    def to_python(self, value: Any) -> datetime | None:
        return _near(super().to_python(value), self.error_messages["far"])


Moment = TypeVar("Moment", date, datetime)


def _near(given: Moment | None, said: Any) -> Moment | None:
    """Not so far away that counting days from it would leave the calendar."""
    this_year = timezone.localtime(clock.now()).year
    if given and not FIRST_YEAR <= given.year <= this_year + YEARS_AHEAD:
        raise forms.ValidationError(said, code="far")
    return given


class PhoneField(forms.CharField):
    """A mobile number as people write it: with spaces, hyphens, +86 or full-width digits."""

    default_error_messages: ClassVar = {
        "invalid": _(
            "A mobile number has 11 digits and starts with 1; this one has %(count)s. Please check it."
        )
    }

    def __init__(self, **options: Any) -> None:
        attributes = {"type": "tel", "inputmode": "tel", "autocomplete": "tel"}
        super().__init__(widget=forms.TextInput(attributes), max_length=40, **options)

    def clean(self, value: Any) -> str:
        given = super().clean(value)
        digits = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", given))
        digits = re.sub(r"^(\+|00)?86(?=1)", "", digits)
        if given and not MOBILE.fullmatch(digits):
            raise forms.ValidationError(self.error_messages["invalid"], params={"count": len(digits)})
        return digits


class PhotosInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several files of one form; `clean` returns a list."""

    def __init__(self, **options: Any) -> None:
        widget = PhotosInput({"accept": "image/*", "multiple": True})
        super().__init__(widget=widget, required=False, **options)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [cast(UploadedFile, file) for file in data or [] if file]


@dataclass(frozen=True)
class Kept:
    """A good photo that is here before its form, waiting in the stash."""

    stash_id: str
    preview: str


class WithPhotos(forms.Form):
    """A form with photos: files of its own, and those sent ahead one by one (`kept_photos`).

    After a refusal `keep()` puts the good files aside for the next try.
    """

    photos = PhotosField(label=_("Photos"), help_text=_("Up to six: JPEG, PNG, WebP or HEIC, 10 MB each."))

    kept: list[Kept]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kept = []
        self._stashed: dict[str, CleanPhoto] = {}
        self._fresh: list[CleanPhoto] = []

    @property
    def kept_ids(self) -> list[str]:
        """Stash ids that came with this form."""
        return self.data.getlist("kept_photos") if isinstance(self.data, QueryDict) else []

    def clean_photos(self) -> list[CleanPhoto]:
        """Every photo once, in the order it was added."""
        self._stashed = photos.unstash(self.kept_ids)
        files = self.cleaned_data["photos"]
        room = settings.PHOTO_MAX_COUNT - len(self._stashed)
        refused: list[str | Promise] = list(self._take(files[:room]))
        if len(files) > room:
            refused.append(_("Six photos at the most; the first six are kept. Leave the others out."))
        if len(self._stashed) < min(len(set(self.kept_ids)), settings.PHOTO_MAX_COUNT):
            refused.append(_("Some photos waited more than an hour and are gone. Please add them once more."))
        if refused:
            raise forms.ValidationError(refused)
        good = [*self._stashed.values(), *self._fresh]
        return list({photo.sha256: photo for photo in good}.values())

    def _take(self, files: list[UploadedFile]) -> Iterator[str]:
        """Clean each file; yields a sentence for each that cannot be kept."""
        for file in files:
            try:
                self._fresh.append(photos.clean_photo(file))
            except PhotoRefused as error:
                yield f"{file.name}: {error}"

    def keep(self) -> None:
        """Stash the good files, so that the corrected form need not bring them again."""
        self._stashed |= {photos.stash(photo): photo for photo in self._fresh}
        self._fresh = []
        self.kept = [Kept(stash_id, photo.preview) for stash_id, photo in self._stashed.items()]
