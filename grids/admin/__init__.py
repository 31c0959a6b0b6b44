from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group

from grids.admin import codes, keys, log, people, territory

# Permissions follow from posts, and nobody signs in by email: these would only confuse.
admin.site.unregister([Group, EmailAddress])

# One door: the portal's own sign-in, with its limit on tries; who is in and may not enter is told so.
site: Any = admin.site
site.login = secure_admin_login(admin.site.login)

__all__ = ["codes", "keys", "log", "people", "territory"]
