from requests_app.admin import books, calendar, texts, tickets

__all__ = ["books", "calendar", "texts", "tickets"]
