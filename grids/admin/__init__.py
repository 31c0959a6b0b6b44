from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group

from grids.admin import codes, log, people, territory

# Permissions follow from posts, and nobody signs in by email: these would only confuse.
admin.site.unregister([Group, EmailAddress])

__all__ = ["codes", "log", "people", "territory"]
