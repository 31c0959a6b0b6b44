"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path

from partybuilding.gatherings.views import here, keeping, own, printing

urlpatterns = [
    path("together/g/<int:pk>/", own.one, name="gathering"),
    path("together/g/<int:pk>/sign-up/", own.sign_up, name="gathering_sign_up"),
    path("together/g/<int:pk>/cancel/", own.cancel, name="gathering_cancel"),
    path("together/g/<int:pk>/calendar.ics", own.ics, name="gathering_ics"),
    path("together/g/<int:pk>/people/", keeping.own, name="gathering_people"),
    path("together/g/<int:pk>/people/poster/", printing.own_poster, name="gathering_poster"),
    path("together/g/<int:pk>/people/<slug:name>/", keeping.own_act, name="gathering_act"),
    path("together/here/<slug:token>/", here.here, name="gathering_here"),
    path("worker/gatherings/", own.ahead, name="worker_gatherings"),
    path("worker/gatherings/<int:pk>/", own.worker_one, name="worker_gathering"),
    path("worker/gatherings/<int:pk>/sign-up/", own.worker_sign_up, name="worker_gathering_sign_up"),
    path("worker/gatherings/<int:pk>/cancel/", own.worker_cancel, name="worker_gathering_cancel"),
    path("worker/gatherings/<int:pk>/calendar.ics", own.worker_ics, name="worker_gathering_ics"),
    path("worker/gatherings/<int:pk>/people/", keeping.worker, name="worker_gathering_people"),
    path("worker/gatherings/<int:pk>/people/poster/", printing.worker_poster, name="worker_gathering_poster"),
    path("worker/gatherings/<int:pk>/people/<slug:name>/", keeping.worker_act, name="worker_gathering_act"),
    path("admin/party/gatherings/<int:pk>/", keeping.office, name="party_gathering_people"),
    path("admin/party/gatherings/<int:pk>/change/", printing.change, name="party_gathering_change"),
    path("admin/party/gatherings/<int:pk>/poster/", printing.office_poster, name="party_gathering_poster"),
    path("admin/party/gatherings/<int:pk>/<slug:name>/", keeping.office_act, name="party_gathering_act"),
]
