from requests_app.admin import books, calendar, tickets

__all__ = ["books", "calendar", "tickets"]
