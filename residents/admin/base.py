"""Who looks at which register in the admin.

The admin is where registers are overlooked, not where people are worked with: names, phones and ID
numbers are masked for everybody, addresses end at the building, nothing is edited or deleted.
Changes are made on the workers' pages, which write an entry for each (`residents.services`).
"""

from grids import access as doors
from grids.roles import COMMUNITY_ROLES, Role

VIEWERS = frozenset({*COMMUNITY_ROLES, *doors.EDITORS, Role.AUDITOR})
"""Communities their own rows, the street's leaders and dispatchers and the auditor all."""
WATCHERS = frozenset({Role.STREET_LEADER, Role.AUDITOR})
"""Who reads who looked at what."""
EXCHANGERS = frozenset({*COMMUNITY_ROLES, *doors.EDITORS})
"""Who brings registers in and takes them out."""

for _model in (
    *("dwelling", "household", "resident", "consent", "careplan", "careevent", "venue", "errand"),
    *("patrol", "visit", "visitphoto", "finding", "checkresult", "registerentry"),
):
    doors.register(f"residents.{_model}", view=VIEWERS)
doors.register("residents.checkitem", view=VIEWERS, edit=doors.EDITORS)
for _model in ("unmasking", "download"):
    doors.register(f"residents.{_model}", view=WATCHERS)
for _model in ("importrun", "personalexport"):
    doors.register(f"residents.{_model}", view=VIEWERS, edit=EXCHANGERS)
