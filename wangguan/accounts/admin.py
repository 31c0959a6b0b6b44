"""Second factors and sessions stand in no register: a person has own pages, and there is the reset."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin

for model in (Authenticator, UserSession):
    admin.site.unregister(model)
