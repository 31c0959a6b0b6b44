"""allauth made ours: who may have an account, and how second factors are kept."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from wangguan.limits import client_address
from wangguan.privacy import decrypt, encrypt


class StaffOnly(DefaultAccountAdapter):
    """Sign-up is closed: the street makes the accounts, and residents need none."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """As far as our proxies can be believed."""
        return client_address(request)


class SecondFactor(DefaultMFAAdapter):
    """Secrets lie encrypted in the database, as personal data does."""

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)
