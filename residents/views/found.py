"""Rows of the register by key, for those who may know them; anybody else finds nothing there."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from grids.doors import member
from grids.models import Building, User
from residents import access
from residents.models import CarePlan, Dwelling, Household, Resident

_HOME = "household__dwelling__building__grid__community"
_BOUNDARIES = ("boundary", "community__boundary")


def household(request: HttpRequest, pk: int, *, to_write: bool = False) -> Household:
    """Raises: Http404: not for this person; PermissionDenied: seen, but not theirs to change."""
    rows = Household.objects.visible_to(member(request)).with_home()
    row = get_object_or_404(rows, pk=pk)
    if to_write:
        _check(member(request), row)
    return row


def resident(request: HttpRequest, pk: int, *, to_write: bool = False) -> Resident:
    """Raises: Http404: not for this person; PermissionDenied: seen, but not theirs to change."""
    deferred = [f"household__dwelling__building__grid__{name}" for name in _BOUNDARIES]
    rows = Resident.objects.visible_to(member(request)).select_related(_HOME).defer(*deferred)
    row = get_object_or_404(rows, pk=pk)
    if to_write:
        _check(member(request), row.household)
    return row


def cared_for(request: HttpRequest, pk: int) -> Resident:
    """Somebody for whom this person may decide on care. Raises: Http404, PermissionDenied."""
    row = resident(request, pk)
    _check_decides(member(request), row)
    return row


def plan(request: HttpRequest, pk: int) -> CarePlan:
    """A care plan that this person may change. Raises: Http404, PermissionDenied."""
    rows = CarePlan.objects.visible_to(member(request)).select_related(f"resident__{_HOME}")
    row = get_object_or_404(rows, pk=pk)
    _check_decides(member(request), row.resident)
    return row


def building(request: HttpRequest, pk: int) -> Building:
    """A building whose people this person knows. Raises: Http404."""
    within = Building.objects.filter(access.reach(member(request)).of_grid("grid"))
    return get_object_or_404(within.select_related("grid__community"), pk=pk)


def dwelling(request: HttpRequest, pk: int) -> Dwelling:
    """A door behind which this person knows the people. Raises: Http404."""
    return get_object_or_404(Dwelling.objects.visible_to(member(request)).with_building(), pk=pk)


def _check(user: User, row: Household) -> None:
    if not access.may_write(user, row.dwelling.grid):
        raise PermissionDenied(_("This household is in another unit's care."))


def _check_decides(user: User, row: Resident) -> None:
    if not access.may_decide_care(user, row.household.dwelling.grid):
        raise PermissionDenied(_("Care plans are decided by the grid leader and the community."))
