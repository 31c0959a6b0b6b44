"""allauth's forms for codes, worded as we word them, with the phone's keys for digits."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext_lazy as _


class _Code(forms.Form):
    """A field for a code; a recovery code has eight digits and goes into the same box."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label = _("Code of six digits")
        field.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}


class SignInCode(_Code, AuthenticateForm):
    """At sign-in."""


class ConfirmCode(_Code, ReauthenticateForm):
    """Before something of the account is changed."""


class FirstCode(_Code, ActivateTOTPForm):
    """Of an app that is being set up."""
