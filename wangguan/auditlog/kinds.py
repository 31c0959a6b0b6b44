"""What is written into the audit log."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What somebody did, or tried."""

    SIGN_IN = "sign_in", _("signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("sign-in failed")
    SIGN_OUT = "sign_out", _("signed out")
    SESSIONS_ENDED = "sessions_ended", _("sessions ended")
    SECOND_FACTOR_SET = "second_factor_set", _("second factor set up")
    SECOND_FACTOR_RESET = "second_factor_reset", _("second factor taken away")
    PASSWORD_CHANGED = "password_changed", _("password changed")
    PERMISSION_CHANGED = "permission_changed", _("permission changed")
    EXPORT = "export", _("taken out as a file")
    UNMASKED = "unmasked", _("personal data shown")
    RULES_CHANGED = "rules_changed", _("rules changed")
