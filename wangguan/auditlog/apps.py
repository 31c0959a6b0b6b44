from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditLogConfig(AppConfig):
    name = "wangguan.auditlog"
    label = "auditlog"
    verbose_name = _("audit log")
