"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import URLPattern, path

from requests_app.repeats.views import answering, groups

urlpatterns: list[URLPattern] = [
    path("admin/repeats/", groups.groups, name="repeats"),
    path("admin/repeats/<int:key>/", groups.group, name="repeats_group"),
    path("admin/repeats/<int:key>/answer/", answering.answer, name="repeats_answer"),
    path("admin/repeats/<int:key>/answers/<uuid:batch>/", answering.given, name="repeats_given"),
    path("admin/repeats/<int:key>/<slug:name>/", groups.act, name="repeats_act"),
]
