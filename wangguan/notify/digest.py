"""One person's many routine reminders at one minute go out as one message of this kind."""

from django.utils.translation import gettext_lazy as _

from wangguan.notify.kinds import Kind

KIND = Kind(
    name="digest",
    title=_("Reminders"),
    text=_("%(count)s reminders are waiting for you."),
    path="/worker/",
    sms_template="SMS_DIGEST",
    sms_params=("count", "link"),
)
