"""Who decides what services ask for, and who reads what came through a key."""

from grids import access


def register() -> None:
    """Say so to the admin's door; called once at start-up."""
    for model in ("attribute", "choice"):
        access.register(
            f"open311.{model}", view=access.ADMIN_ROLES, edit=access.EDITORS, delete=access.EDITORS
        )
