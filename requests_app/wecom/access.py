"""Who says which WeCom account is whose."""

from grids import access


def register() -> None:
    """Say so to the admin's door; called once at start-up."""
    access.register(
        "wecom.linkedaccount", view=access.ADMIN_ROLES, edit=access.EDITORS, delete=access.EDITORS
    )
