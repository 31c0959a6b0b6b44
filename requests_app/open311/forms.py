"""What a question asks for, and what a POST tells."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.validators import URLValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from grids.models import Building
from requests_app.models import Category
from requests_app.open311 import attributes
from requests_app.open311.attributes import Answered
from requests_app.open311.errors import NOT_FOUND, Fault, Wrong
from requests_app.open311.fields import ListField, W3CField
from requests_app.open311.models import Attribute
from requests_app.open311.queries import Span, Wanted
from requests_app.open311.terms import LAST_PAGE, LONGEST_SPAN, LONGEST_WORDS, MOST_ROWS, State
from wangguan import clock
from wangguan.fields import PhoneField, WordsField
from wangguan.photos import CleanPhoto, PhotoRefused, clean_photo


def faults(form: forms.BaseForm) -> Wrong:
    """Every error of a form, each led in by the name of its parameter."""
    told = []
    for name, errors in form.errors.as_data().items():
        for error in errors:
            code = 404 if error.code == NOT_FOUND else 400
            told += [Fault(code, _led_in(name, sentence)) for sentence in error.messages]
    return Wrong(*told)


def _led_in(name: str, sentence: str) -> str:
    """The sentence behind the name of its parameter, unless it names it itself."""
    return sentence if name == NON_FIELD_ERRORS or name in sentence else f"{name}: {sentence}"


class SearchForm(forms.Form):
    """“GET Service Requests”, with pages and `updated_…` as FixMyStreet and others added them."""

    service_request_id = ListField(most=MOST_ROWS)
    service_code = ListField()
    status = ListField(known=tuple(State.values))
    start_date = W3CField()
    end_date = W3CField()
    updated_after = W3CField()
    updated_before = W3CField()
    page = forms.IntegerField(min_value=1, max_value=LAST_PAGE, required=False)
    page_size = forms.IntegerField(min_value=1, max_value=MOST_ROWS, required=False)

    def clean(self) -> dict[str, Any]:
        """Spans are neither upside down nor longer than 90 days."""
        data = super().clean() or self.cleaned_data
        for first, last in (("start_date", "end_date"), ("updated_after", "updated_before")):
            if data.get(first) and data.get(last):
                self._check(first, data[first], data[last])
        return data

    def _check(self, name: str, first: datetime, last: datetime) -> None:
        if last < first:
            self.add_error(name, _("The span ends before it begins."))
        elif last - first > LONGEST_SPAN:
            self.add_error(name, _("The span is longer than %(days)d days.") % {"days": LONGEST_SPAN.days})

    @property
    def wanted(self) -> Wanted:
        """What is asked for. Numbers override all else; the last 90 days, unless it is said otherwise.

        Raises:
            Wrong: something cannot be understood.
        """
        if numbers := self._numbers():
            return Wanted(numbers=numbers)
        if not self.is_valid():
            raise faults(self)
        data = self.cleaned_data
        updated = _whole(data["updated_after"], data["updated_before"])
        requested = _whole(data["start_date"], data["end_date"])
        if requested == updated == Span():
            requested = Span(clock.now() - LONGEST_SPAN)
        return Wanted((), data["service_code"], data["status"], requested, updated)

    def _numbers(self) -> tuple[str, ...]:
        """They override all other arguments, wrong ones too."""
        self.is_valid()
        if "service_request_id" in self.errors:
            raise faults(self)
        return tuple(self.cleaned_data["service_request_id"])

    @property
    def rows(self) -> slice:
        """Which of the rows found are asked for; with numbers, all of them."""
        if self.cleaned_data["service_request_id"]:
            return slice(MOST_ROWS)
        size = self.cleaned_data["page_size"] or MOST_ROWS
        begin = ((self.cleaned_data["page"] or 1) - 1) * size
        return slice(begin, begin + size)


def _whole(first: datetime | None, last: datetime | None) -> Span:
    """A span of which one end was told reaches 90 days."""
    span = Span(first, last)
    if first and not last:
        return replace(span, last=first + LONGEST_SPAN)
    return replace(span, first=last - LONGEST_SPAN) if last and not first else span


class RequestForm(forms.Form):
    """“POST Service Request”. `email`, `device_id` and `account_id` may come and are not kept."""

    service_code = forms.CharField(error_messages={"required": _("service_code was not provided.")})
    lat = forms.FloatField(min_value=-90, max_value=90, required=False)
    long = forms.FloatField(min_value=-180, max_value=180, required=False)
    address_string = forms.CharField(max_length=200, required=False)
    address_id = forms.CharField(max_length=20, required=False)
    description = WordsField(max_length=LONGEST_WORDS, required=False)
    first_name = forms.CharField(max_length=40, required=False)
    last_name = forms.CharField(max_length=40, required=False)
    phone = forms.CharField(max_length=40, required=False)
    media_url = forms.CharField(
        max_length=2_000, required=False, validators=[URLValidator(schemes=["http", "https"])]
    )
    may_publish = forms.BooleanField(required=False)

    answers: Sequence[Answered] = ()
    pictures: Sequence[CleanPhoto] = ()

    def clean_service_code(self) -> Category:
        code = self.cleaned_data["service_code"]
        category = Category.objects.offered().filter(code=code).first()
        if category is None:
            raise forms.ValidationError(
                _("service_code was not found; GET services lists all of them."), code=NOT_FOUND
            )
        return category

    def clean_address_id(self) -> Building | None:
        told = self.cleaned_data["address_id"]
        if not told:
            return None
        known = Building.objects.select_related("grid__community").defer("grid__boundary")
        number = int(told) if told.isascii() and told.isdecimal() and len(told) < 18 else 0
        if building := known.filter(pk=number).first():
            return building
        raise forms.ValidationError(_("This address_id is unknown here; send address_string instead."))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self._check_place(data)
        if isinstance(category := data.get("service_code"), Category):
            self._take_answers(category)
        self._take_pictures()
        return data

    def _check_place(self, data: dict[str, Any]) -> None:
        """“A full location parameter must be submitted.”"""
        if self.errors.keys() & {"lat", "long", "address_string", "address_id"}:
            return
        point = [data.get("lat"), data.get("long")]
        if point.count(None) == 1:
            self.add_error("lat", _("lat and long must come together."))
        elif None in point and not data.get("address_string") and not data.get("address_id"):
            self.add_error(None, _("Please send lat and long, address_string or address_id."))

    def _take_answers(self, category: Category) -> None:
        rows = Attribute.objects.filter(category=category).prefetch_related("choices").order_by("position")
        data = self.data if isinstance(self.data, QueryDict) else QueryDict()
        try:
            self.answers = attributes.answers(rows, attributes.given(data))
        except ValueError as error:
            self.add_error(None, str(error))

    def _take_pictures(self) -> None:
        """Files named `media`; made anew, so that nothing but the picture is kept."""
        files = (
            [file for name in ("media", "media[]") for file in self.files.getlist(name)] if self.files else []
        )
        if len(files) > settings.PHOTO_MAX_COUNT:
            self.add_error(None, _("media: six photos at the most."))
            return
        try:
            self.pictures = [clean_photo(file) for file in files]
        except PhotoRefused as error:
            self.add_error(None, f"media: {error}")

    @property
    def name(self) -> str:
        """How to call whoever tells it; a Chinese name begins with the family's."""
        first, last = self.cleaned_data["first_name"], self.cleaned_data["last_name"]
        joined = f"{first} {last}".strip()
        return joined if joined.isascii() else f"{last}{first}"

    @property
    def mobile(self) -> str:
        """Eleven digits to which a text can be sent; empty for any other phone."""
        try:
            return PhoneField(required=False).clean(self.cleaned_data["phone"])
        except forms.ValidationError:
            return ""
