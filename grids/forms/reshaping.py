"""Forms of splitting, merging and renumbering a grid: what is asked, before anything is looked up."""

import json
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from grids.models import Building, Grid, Post, ReshapingKind, Role, User
from grids.reshape import Asked
from grids.reshape.posts import candidates

LAST_RESIDENTIAL, LAST = 899, 999


class ReshapeForm(forms.Form):
    """What all three ask: why; and the key that makes a form sent twice one reshaping."""

    kind: ReshapingKind
    key = forms.UUIDField(widget=forms.HiddenInput)
    seal = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("Stands in the record for good; no names of residents.")
    )

    def __init__(self, *args: Any, grid: Grid, **options: Any) -> None:
        super().__init__(*args, **options)
        self.grid = grid
        self.initial.setdefault("key", uuid4())
        self.order_fields(
            ["number", "name", "target", "drawing", "other_side", "buildings", "leader", "staff"]
        )

    def asked(self) -> Asked:
        """The wish; whole once the form is valid, before that as much of it as can be read."""
        given = self.cleaned_data
        return Asked(
            kind=self.kind,
            source=self.grid,
            reason=given.get("reason", ""),
            target=given.get("target"),
            code=self.grid.community.code + given["number"] if given.get("number") else "",
            name=given.get("name") or "",
            leader=given.get("leader"),
            staff=tuple(int(pk) for pk in given.get("staff") or ()),
            buildings=tuple(int(pk) for pk in given.get("buildings") or ()),
            drawing=given.get("drawing"),
            other_side=bool(given.get("other_side")),
        )


class NumberField(forms.RegexField):
    """The last three digits of a grid's code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            r"^\d{3}$",
            label=_("Number"),
            max_length=3,
            widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
            help_text=_("Three digits: 001–899 residential, 901–999 dedicated."),
            error_messages={"invalid": _("Three digits.")},
            **options,
        )


class DrawingField(forms.JSONField):
    """What was drawn, as GeoJSON; an empty field where nothing was."""

    default_error_messages = {"invalid": _("The line cannot be read.")}

    def to_python(self, value: Any) -> Any:
        drawing = super().to_python(value)
        if drawing and not isinstance(drawing, dict):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return drawing or None

    def prepare_value(self, value: Any) -> Any:
        return "" if value is None else super().prepare_value(value)


class SplitForm(ReshapeForm):
    kind = ReshapingKind.SPLIT
    number = NumberField()
    name = forms.CharField(label=_("Name of the new grid"), max_length=50)
    drawing = DrawingField(
        label=_("Where it is cut"),
        required=False,
        help_text=_("Draw a line right across the grid. Without one the buildings below say where."),
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
    )
    other_side = forms.BooleanField(label=_("Take the larger side of the line"), required=False)
    buildings = forms.MultipleChoiceField(
        label=_("Buildings that go to the new grid"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Where a line is drawn it decides; here only those without a point on the map."),
    )
    leader = forms.ModelChoiceField(
        User.objects.none(), label=_("Who leads it"), required=False, empty_label=_("Nobody yet")
    )
    staff = forms.MultipleChoiceField(
        label=_("Who serves the new grid too"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, grid: Grid, **options: Any) -> None:
        super().__init__(*args, grid=grid, **options)
        posts = Post.objects.current().filter(grid=grid).exclude(role=Role.GRID_LEADER)
        self.fields["buildings"].choices = list(  # type: ignore[attr-defined]
            Building.objects.filter(grid=grid).order_by("address").values_list("pk", "address")
        )
        self.fields["staff"].choices = [  # type: ignore[attr-defined]
            (post.pk, f"{post.user} · {post.get_role_display()}")
            for post in posts.select_related("user").order_by("role", "pk")
        ]
        self.fields["leader"].queryset = _people(grid)  # type: ignore[attr-defined]
        if not grid.boundary:
            del self.fields["drawing"], self.fields["other_side"]  # there is no ground to be cut
        self.initial.setdefault("number", free_number(grid))
        self.initial.setdefault("name", f"{grid.community.name}第{self.initial['number']}网格")
        self.initial.setdefault("staff", [pk for pk, _label in self.fields["staff"].choices])  # type: ignore[attr-defined]


class MergeForm(ReshapeForm):
    kind = ReshapingKind.MERGE
    target = forms.ModelChoiceField(
        Grid.objects.none(), label=_("Into"), help_text=_("A grid of the same kind in the same community.")
    )
    leader = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Who leads it"),
        required=False,
        empty_label=_("Whoever leads the grid that takes over"),
    )

    def __init__(self, *args: Any, grid: Grid, **options: Any) -> None:
        super().__init__(*args, grid=grid, **options)
        others = Grid.objects.in_force().filter(community=grid.community_id, kind=grid.kind)
        self.fields["target"].queryset = others.exclude(pk=grid.pk).order_by("code")  # type: ignore[attr-defined]
        self.fields["leader"].queryset = _people(grid)  # type: ignore[attr-defined]


class RenumberForm(ReshapeForm):
    kind = ReshapingKind.RENUMBER
    number = NumberField()
    name = forms.CharField(label=_("Name from now on"), max_length=50)

    def __init__(self, *args: Any, grid: Grid, **options: Any) -> None:
        super().__init__(*args, grid=grid, **options)
        self.initial.setdefault("number", grid.code[12:])
        self.initial.setdefault("name", grid.name)


FORMS: dict[str, type[ReshapeForm]] = {"split": SplitForm, "merge": MergeForm, "renumber": RenumberForm}


def free_number(grid: Grid) -> str:
    """The next number of the grid's kind that no grid of its community has or had."""
    from grids.models import GridAlias

    start = grid.community.code
    taken = {*Grid.objects.filter(code__startswith=start).values_list("code", flat=True)}
    taken |= {*GridAlias.objects.filter(code__startswith=start).values_list("code", flat=True)}
    first, last = (901, LAST) if grid.kind == "dedicated" else (1, LAST_RESIDENTIAL)
    return next((f"{n:03}" for n in range(first, last + 1) if f"{start}{n:03}" not in taken), "")


def as_hidden(form: ReshapeForm) -> list[tuple[str, str]]:
    """What was typed, as pairs for the preview's hidden fields; the seal is the preview's own."""
    pairs = []
    for name in form.fields:
        if name == "seal":
            continue
        value = form.cleaned_data.get(name)
        values = value if isinstance(value, list) else [value]
        pairs += [(name, _typed(one)) for one in values if one not in (None, "", False)]
    return pairs


def _typed(value: Any) -> str:
    if isinstance(value, dict):
        return json.dumps(value)
    if value is True:
        return "on"
    return str(value.pk) if isinstance(value, Grid | User) else str(value)


def _people(grid: Grid) -> Any:
    return User.objects.filter(pk__in=[person.pk for person in candidates(grid)]).order_by("real_name", "pk")
