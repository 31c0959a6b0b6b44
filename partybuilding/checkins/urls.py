"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from partybuilding.checkins.views import office, own, public


class Sort(StringConverter):
    """Of which check-ins."""

    regex = "units|members"


register_converter(Sort, "check_ins")

urlpatterns = [
    path("together/unit/", public.unit, name="party_unit_in"),
    path("together/member/", public.member, name="party_member_in"),
    path("together/checked-in/", public.checked_in, name="party_checked_in"),
    path("together/service/", own.service, name="party_service"),
    path("together/service/own/", own.report_own, name="party_report_own"),
    path("together/service/able/", own.able, name="party_able"),
    path("together/service/withdraw/", own.withdraw, name="party_withdraw"),
    path("together/service/come/<int:need>/", own.come, name="party_come"),
    path("together/service/<int:pk>/decline/", own.decline, name="party_decline"),
    path("together/service/<int:pk>/report/", own.report, name="party_report"),
    path("together/units/<int:pk>/", own.unit, name="party_own_unit"),
    path("together/units/<int:pk>/letters/<int:year>/", own.unit_letter, name="party_own_letter"),
    path("admin/party/checkins/members/", office.check_ins, {"sort": "members"}, name="party_members_in"),
    path("admin/party/checkins/units/", office.check_ins, {"sort": "units"}, name="party_units_in"),
    path("admin/party/checkins/<check_ins:sort>/<int:pk>/", office.check_in, name="party_checkin"),
    path(
        "admin/party/checkins/<check_ins:sort>/<int:pk>/steps/<slug:name>/",
        office.step,
        name="party_checkin_step",
    ),
    path("admin/party/checkins/units/<int:pk>/appraise/", office.appraise, name="party_appraise"),
    path("admin/party/checkins/units/<int:pk>/letters/<int:year>/", office.unit_letter, name="party_letter"),
    path("admin/party/needs/", office.needs, name="party_needs"),
    path("admin/party/needs/new/<int:community>/", office.new, name="party_need_new"),
    path("admin/party/needs/<int:pk>/", office.need, name="party_need"),
    path("admin/party/needs/<int:pk>/ask/", office.ask, name="party_ask"),
    path("admin/party/services/<int:pk>/<slug:name>/", office.judge, name="party_judge"),
]
