"""The admin's door and what each may do behind it: from the posts in force, nothing stored.

Street leaders and dispatchers edit territory and people; section staff and auditors look;
community staff look at their own communities and keep their QR codes, and community leaders also
fill the posts of their own grids. Higher rooms say with `register` who sees and edits their models.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Model, Q, QuerySet

from grids.roles import COMMUNITY_ROLES, GRID_ROLES, STREET_ROLES, Role

if TYPE_CHECKING:
    from grids.models import Grid, User

M = TypeVar("M", bound=Model)

OVERSEERS = frozenset({*STREET_ROLES, Role.AUDITOR})
ADMIN_ROLES = OVERSEERS | frozenset(COMMUNITY_ROLES)
EDITORS = frozenset({Role.STREET_LEADER, Role.DISPATCHER})
POST_EDITORS = EDITORS | {Role.COMMUNITY_LEADER}

# Which posts somebody may give and end. Nobody but a superuser appoints those who audit them.
GRANTS: dict[Role, frozenset[Role]] = {
    Role.STREET_LEADER: frozenset(Role) - {Role.AUDITOR},
    Role.DISPATCHER: frozenset(Role) - {Role.AUDITOR, Role.STREET_LEADER},
    Role.COMMUNITY_LEADER: frozenset(GRID_ROLES),
}


@dataclass(frozen=True)
class Rule:
    """Roles that may view, edit (add and change) and delete the rows of one model."""

    view: frozenset[Role] = OVERSEERS
    edit: frozenset[Role] = frozenset()
    delete: frozenset[Role] = frozenset()

    def roles(self, action: str) -> frozenset[Role]:
        """Who may take an action of Django's permissions: view, add, change, delete."""
        return {"view": self.view, "add": self.edit, "change": self.edit, "delete": self.delete}.get(
            action, frozenset()
        )


_rules: dict[str, Rule] = {}


def register(
    label: str,
    *,
    view: Iterable[Role] = OVERSEERS,
    edit: Iterable[Role] = (),
    delete: Iterable[Role] = (),
) -> None:
    """Say who may view, edit and delete a model in the admin, e.g. for "requests_app.category".

    A model that nobody registered is seen by street and auditor and edited by superusers only.
    """
    _rules[label.lower()] = Rule(frozenset(view), frozenset(edit), frozenset(delete))


for _model in ("street", "community", "grid", "department", "user"):
    register(f"grids.{_model}", view=ADMIN_ROLES, edit=EDITORS)
for _model in ("estate", "building", "road"):
    register(f"grids.{_model}", view=ADMIN_ROLES, edit=EDITORS, delete=EDITORS)
register("grids.qrtoken", view=ADMIN_ROLES, edit=EDITORS | frozenset(COMMUNITY_ROLES), delete=EDITORS)
register("grids.reshaping", view=ADMIN_ROLES, edit=EDITORS)
register("grids.linecode", view=ADMIN_ROLES, edit=EDITORS, delete=EDITORS)
for _model in ("leave", "dutyshift"):
    register(f"grids.{_model}", view=ADMIN_ROLES, edit=POST_EDITORS, delete=POST_EDITORS)
register("grids.post", view=ADMIN_ROLES, edit=POST_EDITORS)
# Other systems act through keys: who could give the posts makes them, who audits sees them.
register("interfaces.apikey", view=(Role.STREET_LEADER, Role.AUDITOR), edit=(Role.STREET_LEADER,))
# Nobody edits a message; who may, sends it again.
register("notify.message", edit=EDITORS)
register("notify.wording", edit=EDITORS)


def roles_of(user: "User") -> frozenset[Role]:
    """Roles that the user has today, anywhere."""
    return frozenset(Role(post.role) for post in user.current_posts)


def may_open_admin(user: "User") -> bool:
    """Street, community and auditor posts in force, and superusers."""
    return user.is_active and (user.is_superuser or bool(roles_of(user) & ADMIN_ROLES))


def has_perm(user: "User", perm: str) -> bool:
    """Whether the user has a permission in Django's spelling, e.g. "grids.change_grid"."""
    if not user.is_active or user.is_superuser:
        return user.is_active
    app, _, codename = perm.partition(".")
    action, _, model = codename.partition("_")
    return bool(roles_of(user) & _rules.get(f"{app}.{model}", Rule()).roles(action))


@dataclass(frozen=True)
class Scope:
    """Whose rows somebody sees in the admin: all, or those of some communities (by id)."""

    everywhere: bool
    communities: frozenset[int] = frozenset()

    def limit(self, rows: QuerySet[M], *paths: str) -> QuerySet[M]:
        """The rows that reach one of the communities by one of these paths, e.g. "grid__community"."""
        if self.everywhere:
            return rows
        inside = Q(pk__in=[])
        for path in paths:
            inside |= Q(**{f"{path}__in": self.communities})
        # By key, so that a path through many rows names none twice.
        found = rows.model._default_manager.filter(inside).values("pk")
        return rows.filter(pk__in=found)


def admin_scope(user: "User") -> Scope:
    """What the admin shows to this user; community posts open their own communities only."""
    if user.is_superuser or roles_of(user) & OVERSEERS:
        return Scope(everywhere=True)
    own = (post.community_id for post in user.current_posts if post.role in COMMUNITY_ROLES)
    return Scope(everywhere=False, communities=frozenset(pk for pk in own if pk))


@dataclass(frozen=True)
class Keeping:
    """Whose QR codes somebody prints and renews: all, those of communities, those of grids (by id)."""

    everywhere: bool = False
    communities: frozenset[int] = frozenset()
    grids: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.communities or self.grids)

    def within(self, community: str, *, grid: str = "") -> Q:
        """Rows that reach a kept community, or a kept grid, by these paths."""
        if self.everywhere:
            return Q(**{f"{community}__isnull": False})
        inside = Q(**{f"{community}__in": self.communities})
        return inside | Q(**{f"{grid}__in": self.grids}) if grid else inside


def keeping(user: "User") -> Keeping:
    """Street leaders and dispatchers keep all codes, communities their own, a grid leader the grid's."""
    posts = user.current_posts
    return Keeping(
        everywhere=user.is_superuser or bool(roles_of(user) & EDITORS),
        communities=frozenset(
            post.community_id for post in posts if post.role in COMMUNITY_ROLES and post.community_id
        ),
        grids=frozenset(post.grid_id for post in posts if post.role == Role.GRID_LEADER and post.grid_id),
    )


def grantable_roles(user: "User") -> frozenset[Role]:
    """Posts that the user may give to others and end; the scope still limits where."""
    if user.is_superuser:
        return frozenset(Role)
    return frozenset[Role]().union(*(GRANTS.get(role, frozenset()) for role in roles_of(user)))


def may_change_account(user: "User", other: "User") -> bool:
    """Whether `user` may edit the account, and so take it over: never one above their own reach."""
    if user.is_superuser:
        return True
    if other.is_superuser or not has_perm(user, "grids.change_user"):
        return False
    return user.pk == other.pk or roles_of(other) <= grantable_roles(user)


def may_reset_second_factor(user: "User") -> bool:
    """Whether `user` may take away the second factor of somebody whose phone is lost: street leaders."""
    return user.is_superuser or Role.STREET_LEADER in roles_of(user)


def may_fill(user: "User", *, role: Role, grid: "Grid | None" = None) -> bool:
    """Whether `user` may give or end a post with this role (in this grid, when it is a grid's)."""
    if role not in grantable_roles(user):
        return False
    scope = admin_scope(user)
    return scope.everywhere or (grid is not None and grid.community_id in scope.communities)
