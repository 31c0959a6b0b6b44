"""Which language a page speaks: Chinese, until its reader chooses otherwise."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware


class ChosenLanguage(LocaleMiddleware):
    """Pages follow the choice kept in the language cookie, never the browser's guess.

    Phones are often sold with their browser set to English. Programs that call the API say
    what they want, so there the header counts.
    """

    def process_request(self, request: HttpRequest) -> HttpResponseBase | None:  # type: ignore[override]
        if not request.path_info.startswith(("/api/", "/open311/")):
            request.META.pop("HTTP_ACCEPT_LANGUAGE", None)
        super().process_request(request)
        return None
