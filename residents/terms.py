"""The words of the register: kinds, groups, purposes, and how things stand (handbook §5).

What has no word here has no field: religion, ethnicity, native place, diagnoses and the groups
that the police keep stay out (handbook §5, PIPL minimisation).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


# --- homes and people --------------------------------------------------------------------
class DwellingUse(models.TextChoices):
    OWN = "own", _("Lived in by its owner")
    RENTED = "rented", _("Rented out")
    EMPTY = "empty", _("Empty")
    SHOP = "shop", _("Used as a shop")


class HouseholdKind(models.TextChoices):
    REGISTERED = "registered", _("Registered here")
    MIGRANT = "migrant", _("From elsewhere")
    ELSEWHERE = "elsewhere", _("Registered here, lives elsewhere")


class Sex(models.TextChoices):
    """GB/T 2261.1: what is not known is not guessed."""

    MALE = "male", _("Male")
    FEMALE = "female", _("Female")
    UNKNOWN = "unknown", _("Not stated")


class Relation(models.TextChoices):
    """To the head of the household (after GB/T 4761)."""

    HEAD = "head", _("Head of household")
    SPOUSE = "spouse", _("Spouse")
    CHILD = "child", _("Child")
    PARENT = "parent", _("Parent")
    GRANDCHILD = "grandchild", _("Grandchild")
    GRANDPARENT = "grandparent", _("Grandparent")
    SIBLING = "sibling", _("Brother or sister")
    OTHER = "other", _("Other")


class LeftHow(models.TextChoices):
    MOVED = "moved", _("Moved away")
    DIED = "died", _("Died")
    MISTAKE = "mistake", _("Entered by mistake")


class EntryKind(models.TextChoices):
    """What an entry of the register's history tells."""

    ADDED = "added", _("Added")
    BORN = "born", _("Born")
    MOVED_IN = "moved_in", _("Moved in")
    MOVED = "moved", _("Moved house")
    MOVED_AWAY = "moved_away", _("Moved away")
    DIED = "died", _("Died")
    MARRIED = "married", _("Married")
    DIVORCED = "divorced", _("Divorced")
    HEAD = "head", _("New head of household")
    CORRECTED = "corrected", _("Corrected")
    REMOVED = "removed", _("Removed, entered by mistake")
    CONSENTED = "consented", _("Consent given")
    WITHDREW = "withdrew", _("Consent withdrawn")
    IMPORTED = "imported", _("Changed by an import")
    ERASED = "erased", _("Made anonymous")


class ConsentPurpose(models.TextChoices):
    REGISTER = "register", _("To be in the register")
    CARE = "care", _("To be visited and cared for")
    MESSAGES = "messages", _("To be sent messages")


class ConsentHow(models.TextChoices):
    PAPER = "paper", _("Signed on paper")
    SPOKEN = "spoken", _("Said to a worker")
    PHONE = "phone", _("Said on the phone")
    ONLINE = "online", _("Written online")


# --- care --------------------------------------------------------------------------------
class CareGroup(models.TextChoices):
    """Groups the street itself cares for (handbook §5); sensitive, encrypted wherever they are kept."""

    ALONE = "alone", _("Old and living alone")
    EMPTY_NEST = "empty_nest", _("Old couple on their own")
    LEFT_BEHIND = "left_behind", _("Left behind by those who work away")
    AGED = "aged", _("Of great age")
    FRAIL = "frail", _("Needs help in daily life")
    DISABLED = "disabled", _("Disabled")
    LOW_INCOME = "low_income", _("Subsistence allowance")
    DESTITUTE = "destitute", _("Supported in full")
    CHILD = "child", _("Child in need")
    BEREAVED = "bereaved", _("Family that lost its only child")
    VETERAN = "veteran", _("Veteran")
    MATERNITY = "maternity", _("Pregnant or newly a mother")


class VisitLevel(models.TextChoices):
    """How often a household is visited at least; the order is that of need."""

    WEEKLY = "weekly", _("Every week")
    MONTHLY = "monthly", _("Every month")
    QUARTERLY = "quarterly", _("Every quarter")
    HALF_YEARLY = "half_yearly", _("Twice a year")

    @property
    def rank(self) -> int:
        """0 is the most urgent."""
        return list(VisitLevel).index(self)


class CareBasis(models.TextChoices):
    """Why the street may keep a care plan at all (PIPL art. 13)."""

    DUTY = "duty", _("A duty by law")
    CONSENT = "consent", _("The resident's consent")


class CareEventKind(models.TextChoices):
    """After which somebody looks in sooner than planned."""

    DISPUTE = "dispute", _("A quarrel")
    HOSPITAL = "hospital", _("In or out of hospital")
    DISASTER = "disaster", _("Fire, flood, storm or accident")
    LOSS = "loss", _("A death in the family")
    OTHER = "other", _("Something else")


# --- visits ------------------------------------------------------------------------------
class Purpose(models.TextChoices):
    CARE = "care", _("Care visit")
    ROUTINE = "routine", _("Getting to know the home")
    AFTER_EVENT = "after_event", _("After something happened")
    POLICY = "policy", _("Explaining a policy")
    ERRAND = "errand", _("An errand")
    INSPECTION = "inspection", _("Safety check")
    PATROL = "patrol", _("Patrol")


class Met(models.TextChoices):
    """Whether the visit found somebody; only a meeting counts as visited."""

    MET = "met", _("Met")
    PHONE = "phone", _("Spoke on the phone")
    NOBODY = "nobody", _("Nobody at home")
    REFUSED = "refused", _("Did not want a visit")


class Need(models.TextChoices):
    """What a visit found, in the words of the kinds of requests; `category` names the kind."""

    POOR = "poor", _("Allowance or relief")
    OLD_AGE = "old_age", _("Help in old age")
    DISABILITY = "disability", _("Help with a disability")
    WORK = "work", _("Work or social insurance")
    PAPERS = "papers", _("A certificate")
    HEALTH = "health", _("Public health")
    CHILD = "child", _("A child in need")
    LEAK = "leak", _("A leak or damage in the house")
    PROPERTY = "property", _("Property service")
    NEIGHBOURS = "neighbours", _("Trouble with neighbours")
    WIRING = "wiring", _("Wiring or charging indoors")
    GAS = "gas", _("Gas not safe")
    OTHER = "other", _("Something else")

    @property
    def category(self) -> str:
        """Code of the kind of request that it becomes (handbook §4); empty where nobody can say yet."""
        return _CATEGORY_OF_NEED.get(self, "")


_CATEGORY_OF_NEED = {
    Need.POOR: "1201",
    Need.OLD_AGE: "1202",
    Need.DISABILITY: "1203",
    Need.WORK: "1204",
    Need.PAPERS: "1205",
    Need.HEALTH: "1206",
    Need.CHILD: "1207",
    Need.LEAK: "0904",
    Need.PROPERTY: "0901",
    Need.NEIGHBOURS: "1101",
    Need.WIRING: "1002",
    Need.GAS: "1004",
}


# --- venues ------------------------------------------------------------------------------
class VenueKind(models.TextChoices):
    """The nine small venues (九小场所) and what else stands in dedicated grids."""

    SHOP = "shop", _("Small shop")
    RESTAURANT = "restaurant", _("Small restaurant")
    HOTEL = "hotel", _("Small hotel")
    ENTERTAINMENT = "entertainment", _("Small place of entertainment")
    FITNESS = "fitness", _("Small place of leisure and fitness")
    CLINIC = "clinic", _("Small clinic or care home")
    SCHOOL = "school", _("Small school or nursery")
    WORKSHOP = "workshop", _("Small workshop")
    FLAMMABLE = "flammable", _("Small store of flammable goods")
    OFFICE = "office", _("Office building")
    OTHER = "other", _("Other premises")

    @property
    def limit(self) -> "SizeLimit | None":
        """Up to what size it counts as a small venue; None where handbook §5 sets no size."""
        return _LIMITS.get(self)

    @property
    def is_small(self) -> bool:
        """One of the nine."""
        return self not in (VenueKind.OFFICE, VenueKind.OTHER)


class SizeUnit(models.TextChoices):
    SQUARE_METRES = "m2", _("m²")
    SEATS = "seats", _("seats")
    BEDS = "beds", _("beds")
    STAFF = "staff", _("people")


class SizeLimit:
    """`most` in `unit`; with `below`, the limit itself is too large already."""

    def __init__(self, most: int, unit: SizeUnit, *, below: bool = False) -> None:
        self.most, self.unit, self.below = most, unit, below

    def holds(self, size: float) -> bool:
        return size < self.most if self.below else size <= self.most


_LIMITS = {
    VenueKind.SHOP: SizeLimit(300, SizeUnit.SQUARE_METRES, below=True),
    VenueKind.RESTAURANT: SizeLimit(100, SizeUnit.SEATS),
    VenueKind.HOTEL: SizeLimit(50, SizeUnit.BEDS),
    VenueKind.ENTERTAINMENT: SizeLimit(200, SizeUnit.SQUARE_METRES),
    VenueKind.FITNESS: SizeLimit(200, SizeUnit.SQUARE_METRES),
    VenueKind.CLINIC: SizeLimit(30, SizeUnit.BEDS),
    VenueKind.WORKSHOP: SizeLimit(50, SizeUnit.STAFF),
    VenueKind.FLAMMABLE: SizeLimit(100, SizeUnit.SQUARE_METRES),
}


class Checked(models.TextChoices):
    """What a check found for one item of the list."""

    GOOD = "good", _("In order")
    FAILED = "failed", _("Not in order")
    NOT_APPLICABLE = "none", _("Does not apply")


# --- errands -----------------------------------------------------------------------------
class ErrandKind(models.TextChoices):
    PAPERS = "papers", _("Certificates and papers")
    PENSION = "pension", _("Pension check")
    MEDICAL = "medical", _("Medicine and medical bills")
    SUBSIDY = "subsidy", _("Allowances")
    SHOPPING = "shopping", _("Shopping and paying bills")
    REPAIR = "repair", _("Small repairs")
    OTHER = "other", _("Something else")


class ErrandState(models.TextChoices):
    ASKED = "asked", _("Asked for")
    TAKEN = "taken", _("Under way")
    DONE = "done", _("Done, to be handed over")
    HANDED_OVER = "handed_over", _("Handed over")
    CANCELLED = "cancelled", _("Cancelled")


class HandedHow(models.TextChoices):
    """What shows that an errand's outcome reached its resident."""

    DRAWN = "drawn", _("Signed on this phone")
    PAPER = "paper", _("Signed on paper")
    WITNESS = "witness", _("Cannot sign: a fingerprint on paper, before a witness")


# --- guarding the register ---------------------------------------------------------------
class Secret(models.TextChoices):
    """Fields shown masked, which may be unmasked one at a time."""

    PHONE = "phone", _("phone")
    ID_NUMBER = "id_number", _("ID number")


class RightsKind(models.TextChoices):
    """What a resident may ask of the register (PIPL art. 44–47)."""

    SEE = "see", _("See what is kept")
    CORRECT = "correct", _("Have it corrected")
    DELETE = "delete", _("Have it deleted")


class RightsState(models.TextChoices):
    OPEN = "open", _("Open")
    GRANTED = "granted", _("Done")
    REFUSED = "refused", _("Refused, with the reason")


class ExportState(models.TextChoices):
    ASKED = "asked", _("Waits for a second person")
    APPROVED = "approved", _("Approved, being written")
    READY = "ready", _("Ready")
    REFUSED = "refused", _("Refused")
    FAILED = "failed", _("Could not be written")
    EXPIRED = "expired", _("Expired")


class RegisterKind(models.TextChoices):
    """What one file holds a row of."""

    RESIDENTS = "residents", _("Residents")
    DWELLINGS = "dwellings", _("Dwellings")
    VENUES = "venues", _("Venues")
