"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path

from partybuilding.meetings.views import following, meeting, phone, tables
from partybuilding.meetings.views.phone import PHONE, STAFF, Door, at

_OFFICE = "admin/party/meetings/"


def _own(start: str, door: Door) -> list:
    """A seat's pages at one door."""
    read, write = ("GET", "HEAD"), ("POST",)
    return [
        path(f"{start}<int:pk>/", at(door, phone.table, *read), name=f"{door.prefix}table"),
        path(f"{start}<int:pk>/topic/", at(door, phone.topic, *write), name=f"{door.prefix}topic"),
        path(f"{start}reply/<int:pk>/", at(door, phone.reply, *write), name=f"{door.prefix}reply"),
        path(f"{start}action/<int:pk>/", at(door, phone.action, *read, *write), name=f"{door.prefix}action"),
        path(
            f"{start}action/<int:pk>/pictures/<int:key>/<slug:size>/",
            at(door, phone.picture, *read),
            name=f"{door.prefix}action_picture",
        ),
    ]


urlpatterns = [
    path("together/table/here/<slug:token>/", phone.here, name="party_here"),
    *_own("together/table/", PHONE),
    path("worker/tables/", phone.tables, name="worker_tables"),
    *_own("worker/tables/", STAFF),
    path(_OFFICE, tables.bodies, name="party_tables"),
    path(f"{_OFFICE}new/", tables.new, name="party_table_new"),
    path(f"{_OFFICE}bodies/<int:pk>/", tables.body, name="party_table"),
    path(f"{_OFFICE}bodies/<int:pk>/resolutions/", tables.resolutions, name="party_resolutions"),
    path(f"{_OFFICE}bodies/<int:pk>/seat/", tables.seat, name="party_seat_new"),
    path(f"{_OFFICE}bodies/<int:pk>/plan/", tables.plan, name="party_meeting_new"),
    path(f"{_OFFICE}bodies/<int:pk>/topic/", tables.topic_new, name="party_topic_new"),
    path(f"{_OFFICE}seats/<int:pk>/end/", tables.vacate, name="party_seat_end"),
    path(f"{_OFFICE}<int:pk>/", meeting.meeting, name="party_meeting"),
    path(f"{_OFFICE}<int:pk>/change/", meeting.change, name="party_meeting_change"),
    path(f"{_OFFICE}<int:pk>/steps/<slug:name>/", meeting.step, name="party_meeting_step"),
    path(f"{_OFFICE}<int:pk>/agenda/", meeting.agenda, name="party_agenda"),
    path(f"{_OFFICE}<int:pk>/attendance/", meeting.attendance, name="party_attendance"),
    path(f"{_OFFICE}<int:pk>/code/", meeting.code, name="party_meeting_code"),
    path(f"{_OFFICE}<int:pk>/close/", meeting.close, name="party_meeting_close"),
    path(f"{_OFFICE}<int:pk>/minutes.docx", meeting.minutes_file, name="party_minutes"),
    path(f"{_OFFICE}topics/<int:pk>/", following.topic, name="party_topic"),
    path(f"{_OFFICE}topics/<int:pk>/decide/", following.decide, name="party_topic_decide"),
    path(f"{_OFFICE}topics/<int:pk>/share/", following.share, name="party_topic_share"),
    path(f"{_OFFICE}topics/<int:pk>/actions/", following.action_new, name="party_action_new"),
    path(f"{_OFFICE}topics/<int:pk>/<slug:name>/", following.aside, name="party_topic_aside"),
    path(f"{_OFFICE}actions/<int:pk>/", following.action, name="party_action"),
    path(f"{_OFFICE}actions/<int:pk>/done/", following.done, name="party_action_done"),
    path(f"{_OFFICE}actions/<int:pk>/request/", following.as_ticket, name="party_action_ticket"),
    path(
        f"{_OFFICE}actions/<int:pk>/pictures/<int:key>/<slug:size>/",
        following.picture,
        name="party_action_picture",
    ),
    path(f"{_OFFICE}actions/<int:pk>/<slug:name>/", following.judge, name="party_action_judge"),
]
