from requests_app.admin import books, calendar, publications, texts, tickets

__all__ = ["books", "calendar", "publications", "texts", "tickets"]
