"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import include, path

from partybuilding.teams.views import office_calls, office_teams, office_volunteers, own, public, team

_TOGETHER = [
    path("volunteer/", public.sign_up, name="teams_sign_up"),
    path("volunteer/in/", public.signed_up, name="teams_signed_up"),
    path("volunteer/me/", own.me, name="teams_me"),
    path("volunteer/me/able/", own.able, name="teams_able"),
    path("volunteer/me/leave/", own.leave, name="teams_leave"),
    path("call/<int:pk>/", own.call, name="teams_call"),
    path("call/<int:pk>/answer/", own.answer, name="teams_answer"),
    path("teams/", public.teams, name="teams_public"),
    path("teams/<int:pk>/", team.team, name="teams_team"),
    path("teams/<int:pk>/activities/", team.new_activity, name="teams_activity_new"),
    path("teams/<int:pk>/activities/<int:activity>/shifts/", team.new_shift, name="teams_shift_new"),
]
_TEAMS = [
    path("", office_teams.teams, name="teams_office"),
    path("<int:pk>/", office_teams.team, name="teams_team_office"),
    path("<int:pk>/add/", office_teams.add, name="teams_team_add"),
    path("<int:pk>/people/<int:membership>/<slug:name>/", office_teams.member, name="teams_membership"),
    path("<int:pk>/thank/", office_teams.thank, name="teams_thank"),
    path("<int:pk>/activities/", office_teams.new_activity, name="teams_office_activity"),
    path("<int:pk>/activities/<int:activity>/shifts/", office_teams.new_shift, name="teams_office_shift"),
    path("<int:pk>/shifts/<int:shift>/agree/", office_teams.agree, name="teams_agree"),
]
_VOLUNTEERS = [
    path("", office_volunteers.volunteers, name="teams_volunteers"),
    path("members/", office_volunteers.members, name="teams_members"),
    path("members/<slug:sort>/<int:pk>/", office_volunteers.take_over, name="teams_take_over"),
    path("<int:pk>/", office_volunteers.volunteer, name="teams_volunteer"),
    path("<int:pk>/number/", office_volunteers.number, name="teams_number"),
    path("<int:pk>/letter/", office_volunteers.thank_by_letter, name="teams_letter"),
    path("<int:pk>/steps/<slug:name>/", office_volunteers.step, name="teams_volunteer_step"),
]
_CALLS = [
    path("", office_calls.calls, name="teams_calls"),
    path("new/", office_calls.new, name="teams_call_new"),
    path("new/<int:community>/", office_calls.new, name="teams_call_new_of"),
    path("<int:pk>/", office_calls.call, name="teams_callout"),
    path("<int:pk>/live/", office_calls.live, name="teams_callout_live"),
    path("<int:pk>/answer/<int:called>/", office_calls.answer, name="teams_answer_for"),
    path("<int:pk>/widen/", office_calls.widen, name="teams_widen"),
    path("<int:pk>/stand-down/", office_calls.stand_down, name="teams_stand_down"),
    path("<int:pk>/end/", office_calls.end, name="teams_end"),
    path("<int:pk>/hours/", office_calls.hours, name="teams_call_hours"),
]
urlpatterns = [
    path("together/", include(_TOGETHER)),
    path("admin/party/teams/", include(_TEAMS)),
    path("admin/party/volunteers/", include(_VOLUNTEERS)),
    path("admin/party/callouts/", include(_CALLS)),
]
