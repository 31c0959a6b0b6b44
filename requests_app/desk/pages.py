"""The office's pages about tickets, territory and rules; what is built around tickets registers its own."""

from django.utils.translation import gettext_lazy as _

from requests_app.desk import audit, nav
from requests_app.desk.nav import Group, Link

PAGES = (
    Link(Group.DISPATCH, _("Desk"), "admin:index", place=10),
    Link(Group.DISPATCH, _("All requests"), "admin:requests_app_ticket_changelist", place=20),
    Link(
        Group.DISPATCH,
        _("Overdue"),
        "admin:requests_app_ticket_changelist",
        query="?due=overdue",
        place=60,
        key="overdue",
    ),
    Link(
        Group.DISPATCH,
        _("On hold"),
        "admin:requests_app_ticket_changelist",
        query="?status__exact=on_hold",
        place=70,
        key="on_hold",
    ),
    Link(
        Group.GRIDS,
        _("Communities and grids"),
        "territory",
        place=10,
        needs="grids.view_grid",
    ),
    Link(Group.GRIDS, _("Grids"), "admin:grids_grid_changelist", place=20, needs="grids.view_grid"),
    Link(Group.GRIDS, _("Posts"), "admin:grids_post_changelist", place=30, needs="grids.view_post"),
    Link(Group.GRIDS, _("Staff"), "admin:grids_user_changelist", place=40, needs="grids.view_user"),
    Link(
        Group.GRIDS,
        _("Duty roster"),
        "desk_duty",
        place=50,
        needs="grids.view_dutyshift",
    ),
    Link(Group.GRIDS, _("Hand-over notes"), "desk_handover", place=60),
    Link(
        Group.RESULTS,
        _("Exports of lists"),
        "admin:desk_listexport_changelist",
        place=90,
        needs="desk.view_listexport",
    ),
    Link(
        Group.HOMES,
        _("Residents"),
        "admin:residents_resident_changelist",
        place=10,
        needs="residents.view_resident",
    ),
    Link(
        Group.HOMES,
        _("Small venues"),
        "admin:residents_venue_changelist",
        place=20,
        needs="residents.view_venue",
    ),
    Link(
        Group.RESULTS,
        _("Ledger of answers"),
        "admin:requests_app_ledgerday_changelist",
        place=80,
        needs="requests_app.view_ledgerday",
    ),
    Link(
        Group.RULES,
        _("Categories and limits"),
        "admin:requests_app_category_changelist",
        place=10,
        needs="requests_app.view_category",
    ),
    Link(
        Group.RULES,
        _("Limits by urgency"),
        "admin:requests_app_urgencyrule_changelist",
        place=15,
        needs="requests_app.view_urgencyrule",
    ),
    Link(
        Group.RULES,
        _("Standard texts"),
        "admin:requests_app_standardtext_changelist",
        place=20,
        needs="requests_app.view_standardtext",
    ),
    Link(
        Group.RULES,
        _("Calendar"),
        "admin:requests_app_calendarday_changelist",
        place=30,
        needs="requests_app.view_calendarday",
    ),
    Link(
        Group.RULES,
        _("Wordings of messages"),
        "admin:notify_wording_changelist",
        place=40,
        needs="notify.view_wording",
    ),
    Link(
        Group.RULES,
        _("Keys of other systems"),
        "admin:interfaces_apikey_changelist",
        place=60,
        needs="interfaces.view_apikey",
    ),
    Link(
        Group.RULES,
        _("Changes in the admin"),
        "admin:admin_logentry_changelist",
        place=80,
        needs="admin.view_logentry",
    ),
    Link(Group.RULES, _("Audit log"), "auditlog", place=85, needs=audit.NEEDS),
    Link(Group.RULES, _("All registers"), "desk_registers", place=90),
)


def register() -> None:
    """Put them down the side; called once at start-up."""
    nav.register(*PAGES)
