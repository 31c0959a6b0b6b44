"""Choosing the kind of a matter."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any, Self

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from requests_app.models import Category

Choices = list[tuple[Any, Any]]


class CategoryField(forms.ChoiceField):
    """One category by its code, out of the tree in use; empty when the teller does not know."""

    def __init__(self, *, empty_label: str | Promise = "", **options: Any) -> None:
        options = {"label": _("What kind of matter"), "required": False, **options}
        self.empty_label = empty_label or _("I don't know")
        super().__init__(choices=self._read_once(), **options)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        own = super().__deepcopy__(memo)
        own.choices = self._read_once()
        return own

    def _read_once(self) -> Callable[[], Choices]:
        """The tree as it stands when this form first looks at it; widgets look more than once."""
        return cache(partial(category_choices, self.empty_label))

    def clean(self, value: Any) -> Category | None:
        if not value:
            return None
        found = Category.objects.offered().filter(code=str(value)[:8]).first()
        if found is None:
            raise forms.ValidationError(_("This kind is no longer offered. Please choose another, or none."))
        return found


def category_choices(empty_label: str | Promise) -> Choices:
    """The tree in use as groups of choices, after the empty one. One query."""
    groups: dict[str, Choices] = {}
    for category in Category.objects.offered():
        groups.setdefault(str(category.parent), []).append((category.code, category.name))
    return [("", empty_label), *groups.items()]
