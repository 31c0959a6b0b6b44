"""The demo's display: its token is drawn anew, so that nothing known opens the screen."""

from grids.models import User
from requests_app.screen import services
from requests_app.screen.models import Display

NAME = "值班大厅"


def load() -> str:
    """One display, as a list of them would show it."""
    if not Display.objects.filter(name=NAME).exists():
        director = User.objects.get(username="director")
        Display.objects.create(
            name=NAME, token_hash=services.hashed(services.new_token()), created_by=director
        )
    return "one display"
