from requests_app.admin import books, calendar, publications, tickets

__all__ = ["books", "calendar", "publications", "tickets"]
