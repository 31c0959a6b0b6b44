"""The posts of “1+X+N” and of those above the grid (domain handbook §2), and the lines of work."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Line(models.TextChoices):
    """Lines of work (条线): the street's sections, and what each category belongs to."""

    PARTY = "party", _("Party building")
    ORDER = "order", _("Public order")
    CITY = "city", _("City management")
    LIVELIHOOD = "livelihood", _("Livelihood")
    SAFETY = "safety", _("Safety")


class Role(models.TextChoices):
    GRID_LEADER = "grid_leader", _("Grid leader")
    FULL_TIME_WORKER = "full_time_worker", _("Full-time grid worker")
    GRID_INSTRUCTOR = "grid_instructor", _("Grid instructor")
    PART_TIME_WORKER = "part_time_worker", _("Part-time grid worker")
    SERVICE_SPECIALIST = "service_specialist", _("Service specialist")
    COMMUNITY_LEADER = "community_leader", _("Community leader")
    COMMUNITY_STAFF = "community_staff", _("Community staff")
    DISPATCHER = "dispatcher", _("Dispatcher")
    SECTION_STAFF = "section_staff", _("Section staff")
    STREET_LEADER = "street_leader", _("Street leader")
    DEPARTMENT_STAFF = "department_staff", _("Department staff")
    AUDITOR = "auditor", _("Auditor")

    @property
    def unit(self) -> str:
        """The field of `Post` that this role needs: grid, community, street, department or none ("")."""
        return next(unit for unit, roles in ROLES_OF_UNIT.items() if self in roles)


GRID_ROLES = (
    Role.GRID_LEADER,
    Role.FULL_TIME_WORKER,
    Role.GRID_INSTRUCTOR,
    Role.PART_TIME_WORKER,
    Role.SERVICE_SPECIALIST,
)
COMMUNITY_ROLES = (Role.COMMUNITY_LEADER, Role.COMMUNITY_STAFF)
STREET_ROLES = (Role.DISPATCHER, Role.SECTION_STAFF, Role.STREET_LEADER)
NEVER_ON_DUTY = frozenset({Role.PART_TIME_WORKER, Role.DEPARTMENT_STAFF, Role.AUDITOR})
"""Posts whose holders a roster gives nothing to see or to do."""
UNITS = ("grid", "community", "street", "department")
ROLES_OF_UNIT: dict[str, tuple[Role, ...]] = {
    "grid": GRID_ROLES,
    "community": COMMUNITY_ROLES,
    "street": STREET_ROLES,
    "department": (Role.DEPARTMENT_STAFF,),
    "": (Role.AUDITOR,),
}
