"""Questions about many rows. `visible_to` is the only door to anything with a name in it."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Reverse

from grids import atlas
from grids.models import Building
from residents import access
from residents.search import Buildings, Sought, understood
from wangguan.privacy import keyed_hash
from wangguan.words import storable

if TYPE_CHECKING:
    from grids.models import Grid, User
    from residents.models import (  # noqa: F401  (named in strings ruff does not read)
        CarePlan,
        Dwelling,
        Errand,
        Finding,
        Household,
        Patrol,
        Resident,
        RightsRequest,
        Venue,
        Visit,
    )


class DwellingQuerySet(models.QuerySet["Dwelling"]):
    def visible_to(self, user: "User") -> "DwellingQuerySet":
        """Dwellings of the grids whose people `user` knows."""
        return self.filter(access.reach(user).of_grid("building__grid"))

    def search(self, typed: str) -> "DwellingQuerySet":
        """Doors by building, entrance and door as people say it; none when nothing of that was typed."""
        sought = understood(storable(typed))
        if not sought or sought.phone:
            return self.none()
        known = known_buildings()
        found = self.filter(_at_door(sought, known, path=""))
        for door in sought.digits:
            found = found.filter(door=door)
        if sought.words:
            found = found.filter(building__in=known.called(sought.words))
        return found

    def behind(self, pk: int) -> "DwellingQuerySet":
        """Doors of an entrance that follow this one up the stairs; all, when there is none."""
        stairs = ("floor", "door", "pk")
        place = self.model._default_manager.filter(pk=pk).values_list(*stairs).first()
        return self.filter(_follows(stairs, place)) if place else self

    def with_building(self) -> "DwellingQuerySet":
        return self.select_related("building__grid__community").defer(
            "building__grid__boundary", "building__grid__community__boundary"
        )


class HouseholdQuerySet(models.QuerySet["Household"]):
    def visible_to(self, user: "User") -> "HouseholdQuerySet":
        """Households whose people `user` may know: of their grids, and under care for the section."""
        reach = access.reach(user)
        if not reach.care:
            return self.filter(reach.of_grid("dwelling__building__grid"))
        cared_for = Exists(_open_plans().filter(resident__household=OuterRef("pk")))
        return self.filter(reach.of_grid("dwelling__building__grid") | Q(cared_for))

    def here(self) -> "HouseholdQuerySet":
        return self.filter(left_on__isnull=True)

    def in_grid(self, grid: "Grid") -> "HouseholdQuerySet":
        return self.filter(dwelling__building__grid=grid)

    def due(self, on: date) -> "HouseholdQuerySet":
        """To be visited by that day, or before."""
        return self.filter(next_visit_on__lte=on)

    def with_home(self) -> "HouseholdQuerySet":
        """With what an address reads."""
        return self.select_related("dwelling__building__grid__community").defer(
            "dwelling__building__grid__boundary", "dwelling__building__grid__community__boundary"
        )

    def search(self, typed: str) -> "HouseholdQuerySet":
        """By a name, a building and door as people say it, or the end of a phone number (`residents.search`).

        The caller narrows to what may be seen first: four digits fit five people of the street.
        Nothing typed narrows nothing.
        """
        sought = understood(storable(typed))
        if sought.phone:
            return self.filter(_with_digits(phone_hash=keyed_hash(sought.phone)))
        return self._fitting(sought) if sought else self

    def _fitting(self, sought: Sought) -> "HouseholdQuerySet":
        known = known_buildings()
        found = self.filter(_at_door(sought, known, path="dwelling__"))
        for digits in sought.digits:
            tail = _with_digits(phone_tail_hash=keyed_hash(digits))
            found = found.filter(tail | Q(dwelling__door=digits))
        for word in sought.words:
            found = found.filter(_by_word(word, known))
        return found

    def behind(self, pk: int) -> "HouseholdQuerySet":
        """Those that follow this household as one walks; all, when there is none."""
        place = self.model._default_manager.filter(pk=pk).values_list(*WALK, "pk").first()
        return self.filter(_follows((*WALK, "pk"), place)) if place else self

    def as_one_walks(self) -> "HouseholdQuerySet":
        """Building by building, entrance by entrance, up the stairs."""
        return self.order_by(*WALK, "pk")


WALK = ("dwelling__building_id", "dwelling__entrance", "dwelling__floor", "dwelling__door")


def _open_plans() -> "CarePlanQuerySet":
    from residents.models import CarePlan

    return CarePlan.objects.open()


def _with_digits(**hashes: str) -> Q:
    """Households of those with this phone: an index finds the few, wherever the planner starts."""
    from residents.models import Resident

    people = Resident.objects.filter(**hashes, left_on__isnull=True).exclude(phone_hash="")
    return Q(pk__in=people.order_by().values("household"))


def _by_word(word: str, known: Buildings) -> Q:
    """A name, or what a building is called."""
    called = known.called([word]) if len(word) > 1 else []
    if called and known.is_plainly_a_place(word):
        return Q(dwelling__building__in=called)
    named = Q(pk__in=_named(word).order_by().values("household"))
    return named | Q(dwelling__building__in=called) if called else named


def _named(word: str) -> "ResidentQuerySet":
    """Those here whose name begins or ends with it: whole, family or given name, each through an index.

    Only what stands in the middle of a name alone is not found.
    """
    from residents.models import Resident

    people = Resident.objects.here().alias(backwards=Reverse("name"))
    return people.filter(Q(name__startswith=word) | Q(backwards__startswith=word[::-1]))


_known: tuple[UUID | None, Buildings] | None = None


def known_buildings() -> Buildings:
    """The street's buildings by name, read again when the territory has changed; one tiny query else."""
    global _known
    stamp = atlas.stamp()
    if _known is None or _known[0] != stamp:
        rows = Building.objects.order_by().values_list("pk", "address", "name", "estate__name")
        names = {key: f"{address} {estate or ''}{name}" for key, address, name, estate in rows}
        _known = (stamp, Buildings(names))
    return _known[1]


def _follows(columns: Sequence[str], place: Sequence[Any]) -> Q:
    """Rows behind a place in a list that is ordered by these columns."""
    behind, same = Q(), Q()
    for column, value in zip(columns, place, strict=True):
        behind |= same & Q(**{f"{column}__gt": value})
        same &= Q(**{column: value})
    return behind


def _at_door(sought: Sought, known: Buildings, *, path: str) -> Q:
    """Building, entrance and door; `path` leads to the dwelling."""
    there = Q()
    if sought.places:
        there &= Q(**{f"{path}building__in": known.called(sought.places)})
    if sought.entrance is not None:
        there &= Q(**{f"{path}entrance": sought.entrance})
    for door in sought.doors:
        there &= Q(**{f"{path}door": door})
    for number, door in sought.pairs:
        either = Q(**{f"{path}entrance": number})
        either |= Q(**{f"{path}building__in": known.called([f"{number}号楼"])})
        there &= either & Q(**{f"{path}door": door})
    return there


class ResidentQuerySet(models.QuerySet["Resident"]):
    def visible_to(self, user: "User") -> "ResidentQuerySet":
        """People whom `user` may know: of their grids; for the livelihood section, those under care."""
        reach = access.reach(user)
        inside = reach.of_grid("household__dwelling__building__grid")
        if not reach.care:
            return self.filter(inside)
        return self.filter(inside | Q(Exists(_open_plans().filter(resident=OuterRef("pk")))))

    def here(self) -> "ResidentQuerySet":
        return self.filter(left_on__isnull=True)

    def of_phone(self, phone: str) -> "ResidentQuerySet":
        return self.filter(phone_hash=keyed_hash(phone)).exclude(phone_hash="")

    def alike(self, *, phone: str = "", id_number: str = "") -> "ResidentQuerySet":
        """Those here with the same phone or ID number; nobody when neither is given."""
        if not (phone or id_number):
            return self.none()
        same = Q(phone_hash=keyed_hash(phone)) if phone else Q()
        if id_number:
            same |= Q(id_hash=keyed_hash(id_number))
        return self.here().filter(same)

    def of_id_number(self, number: str) -> "ResidentQuerySet":
        return self.filter(id_hash=keyed_hash(number)).exclude(id_hash="")


class CarePlanQuerySet(models.QuerySet["CarePlan"]):
    def visible_to(self, user: "User") -> "CarePlanQuerySet":
        reach = access.reach(user)
        if reach.care:
            return self.all()
        return self.filter(reach.of_grid("resident__household__dwelling__building__grid"))

    def open(self) -> "CarePlanQuerySet":
        return self.filter(ended_on__isnull=True)

    def to_review(self, on: date) -> "CarePlanQuerySet":
        """In force, and to be looked over again by that day or before; the longest waiting first."""
        return self.open().filter(review_on__lte=on).order_by("review_on", "pk")


class VenueQuerySet(models.QuerySet["Venue"]):
    def visible_to(self, user: "User") -> "VenueQuerySet":
        return self.filter(access.reach(user).of_grid("grid"))

    def open(self) -> "VenueQuerySet":
        return self.filter(closed_on__isnull=True)

    def due(self, on: date) -> "VenueQuerySet":
        return self.open().filter(next_visit_on__lte=on)


class VisitQuerySet(models.QuerySet["Visit"]):
    def with_aim(self) -> "VisitQuerySet":
        """With who went where, as an address reads it."""
        home = "household__dwelling__building"
        rows = self.select_related("by", "grid__community", home, "venue__building", "patrol", "resident")
        return rows.defer("grid__boundary", "grid__community__boundary")

    def without_names(self) -> "VisitQuerySet":
        """With the place to the building; what was said, by whom and to whom stays in the database."""
        told = ("visited_at", "recorded_at", "purpose", "met", "follow_up_on", "patrol")
        places = ("grid__code", "grid__name", "household__dwelling__building__address", "venue__address")
        return self.select_related("grid", "household__dwelling__building", "venue").only(*told, *places)

    def visible_to(self, user: "User") -> "VisitQuerySet":
        """Visits of the grids whose people `user` knows today; an ended post takes its visits with it."""
        reach = access.reach(user)
        inside = reach.of_grid("grid")
        if not reach.care:
            return self.filter(inside)
        cared_for = Exists(_open_plans().filter(resident__household=OuterRef("household")))
        return self.filter(inside | Q(cared_for))


class PatrolQuerySet(models.QuerySet["Patrol"]):
    def visible_to(self, user: "User") -> "PatrolQuerySet":
        """Rounds through the grids whose people `user` knows."""
        return self.filter(access.reach(user).of_grid("grid"))

    def open_of(self, user: "User") -> "PatrolQuerySet":
        """The one round that this person is on, if any."""
        return self.filter(by=user, ended_at__isnull=True)

    def with_grid(self) -> "PatrolQuerySet":
        return self.select_related("grid__community", "by").defer(
            "grid__boundary", "grid__community__boundary"
        )


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: "User") -> "FindingQuerySet":
        from residents.models import Visit

        return self.filter(visit__in=Visit.objects.visible_to(user))

    def open(self) -> "FindingQuerySet":
        return self.filter(settled_at__isnull=True)


class ErrandQuerySet(models.QuerySet["Errand"]):
    def visible_to(self, user: "User") -> "ErrandQuerySet":
        return self.filter(access.reach(user).of_grid("household__dwelling__building__grid"))

    def open(self) -> "ErrandQuerySet":
        return self.filter(state__in=["asked", "taken", "done"])

    def over(self) -> "ErrandQuerySet":
        return self.filter(state__in=["handed_over", "cancelled"])


class RightsRequestQuerySet(models.QuerySet["RightsRequest"]):
    def visible_to(self, user: "User") -> "RightsRequestQuerySet":
        """Those of people whom `user` knows; only the community answers (`access.may_answer_rights`)."""
        return self.filter(access.reach(user).of_grid("resident__household__dwelling__building__grid"))

    def open(self) -> "RightsRequestQuerySet":
        return self.filter(state="open")

    def with_person(self) -> "RightsRequestQuerySet":
        """With what a row and its page read of the person and the home."""
        home = "resident__household__dwelling__building__grid"
        shown = self.select_related(f"{home}__community", "taken_by", "answered_by")
        return shown.defer(f"{home}__boundary", f"{home}__community__boundary")
