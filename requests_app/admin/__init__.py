from requests_app.admin import calendar

__all__ = ["calendar"]
