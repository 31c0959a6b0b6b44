"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path

from partybuilding.door.views import entering

urlpatterns = [
    path("together/in/", entering.phone, name="party_in"),
    path("together/in/code/", entering.code, name="party_code"),
    path("together/out/", entering.leave, name="party_out"),
    path("together/me/", entering.me, name="party_me"),
]
