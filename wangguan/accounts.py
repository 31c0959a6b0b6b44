"""Who may have an account: staff, made by the street; residents need none."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffOnly(DefaultAccountAdapter):
    """allauth's adapter with sign-up closed; where one goes after login is `LOGIN_REDIRECT_URL`."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
