"""What is asked of the territory."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids import features
from grids.api.fields import CommunityField, one_of
from grids.datum import BadPoint, to_wgs84
from grids.distance import Point
from grids.features import Box
from grids.models import GridKind
from grids.models.territory import GridQuerySet

ADDRESS_MAX = 200


class GridFilters(forms.Form):
    """Filters of `GET /api/v1/grids/`; all that are given must hold."""

    community = CommunityField()
    kind = one_of(GridKind.choices)
    bbox = forms.CharField(required=False, max_length=100)
    after = forms.RegexField(
        r"^[0-9]{15}\Z",
        required=False,
        error_messages={"invalid": gettext_lazy("“after” is the code of a grid, 15 digits.")},
    )

    def clean_bbox(self) -> Box | None:
        """West, south, east, north: four degrees with commas between, as RFC 7946 orders them."""
        typed = self.cleaned_data["bbox"]
        if not typed:
            return None
        try:
            west, south, east, north = (float(degrees) for degrees in typed.split(","))
        except ValueError:
            raise forms.ValidationError(_no_box()) from None
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise forms.ValidationError(_no_box())
        return west, south, east, north

    def narrow(self, rows: GridQuerySet) -> GridQuerySet:
        """The grids that all filters leave."""
        chosen = self.cleaned_data
        exact = {name: chosen[name] for name in ("community", "kind") if chosen[name]}
        rows = rows.filter(**exact)
        return rows.filter(features.meets(chosen["bbox"])) if chosen["bbox"] else rows


def _no_box() -> str:
    return _("“bbox” is west,south,east,north in degrees (WGS-84), for example 116.92,36.62,116.95,36.65.")


class PlaceAsked(forms.Form):
    """A point with its datum, an address, or both."""

    lat = forms.FloatField(required=False, min_value=-90, max_value=90)
    lng = forms.FloatField(required=False, min_value=-180, max_value=180)
    datum = forms.CharField(required=False, max_length=20, empty_value="wgs84")
    address = forms.CharField(required=False, max_length=ADDRESS_MAX)

    def clean_datum(self) -> str:
        """As our own list spells it: GCJ-02 is gcj02."""
        return str(self.cleaned_data["datum"]).lower().replace("-", "")

    def clean(self) -> dict[str, Any]:
        """Also sets `point`, in WGS-84."""
        asked = super().clean() or {}
        latitude, longitude = asked.get("lat"), asked.get("lng")
        if self.errors:
            return asked
        if (latitude is None) != (longitude is None):
            self.add_error("lng" if longitude is None else "lat", _("Please give both “lat” and “lng”."))
        elif latitude is None and not asked["address"]:
            self.add_error("lat", _("Please give a point (“lat” and “lng”), an address, or both."))
        else:
            asked["point"] = self._point(latitude, longitude, asked["datum"])
        return asked

    def _point(self, latitude: float | None, longitude: float | None, datum: str) -> Point | None:
        try:
            point = to_wgs84(latitude or 0.0, longitude or 0.0, datum=datum)
        except BadPoint as refusal:
            self.add_error("datum", str(refusal))
            return None
        return None if latitude is None else point
