"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path

from partybuilding.steward.views import company, doorstep, office, public

urlpatterns = [
    path("together/steward/<int:pk>/", public.steward, name="steward_public"),
    path("together/steward/<int:pk>/marks/", public.mark, name="steward_mark"),
    path("together/steward/<int:pk>/rate/<int:action>/", public.rate, name="steward_rate"),
    path("together/steward/<int:pk>/propose/", public.propose, name="steward_propose"),
    path("together/steward/<int:pk>/second/<int:topic>/", public.second, name="steward_second"),
    path("together/steward/<int:pk>/pictures/<int:key>/<slug:size>/", public.picture, name="steward_picture"),
    path("together/property/<int:pk>/", company.services, name="steward_company"),
    path("worker/steward/", doorstep.stewards, name="worker_stewards"),
    path("worker/steward/<int:pk>/", doorstep.steward, name="steward_doors"),
    path("worker/steward/<int:pk>/<int:key>/", doorstep.household, name="steward_door"),
    path("admin/party/stewards/", office.stewards, name="stewards"),
    path("admin/party/stewards/new/<int:estate>/", office.set_up, name="steward_new"),
    path("admin/party/stewards/<int:pk>/", office.steward, name="steward"),
    path("admin/party/stewards/<int:pk>/change/", office.change, name="steward_change"),
    path("admin/party/stewards/<int:pk>/cross/", office.cross, name="steward_cross"),
    path(
        "admin/party/stewards/<int:pk>/cross/<int:crossing>/end/", office.discharge, name="steward_discharge"
    ),
    path("admin/party/stewards/<int:pk>/topics/<int:topic>/show/", office.show, name="steward_show"),
    path("admin/party/stewards/<int:pk>/topics/<int:topic>/reserve/", office.reserve, name="steward_reserve"),
    path("admin/party/stewards/<int:pk>/services/", office.enter, name="steward_enter"),
]
