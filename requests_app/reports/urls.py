"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path

from requests_app.reports.views import edit, read, send

urlpatterns = [
    path("admin/reports/", read.reports, name="reports"),
    path("admin/reports/new/", edit.new, name="report_new"),
    path("admin/reports/<int:pk>/", read.report, name="report"),
    path("admin/reports/<int:pk>/part/", read.part, name="report_part"),
    path("admin/reports/<int:pk>/report.<str:form>", read.file, name="report_file"),
    path("admin/reports/<int:pk>/make/", edit.make, name="report_make"),
    path("admin/reports/<int:pk>/remarks/", edit.remarks, name="report_remarks"),
    path("admin/reports/<int:pk>/cases/", edit.choose, name="report_cases"),
    path("admin/reports/<int:pk>/issue/", edit.issue, name="report_issue"),
    path("admin/reports/<int:pk>/correct/", edit.correct, name="report_correct"),
    path("admin/reports/<int:pk>/send/", send.send, name="report_send"),
    path("admin/reports/<int:pk>/send/<int:delivery>/", send.again, name="report_send_again"),
]
