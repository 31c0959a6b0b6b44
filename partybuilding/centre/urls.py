"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path

from partybuilding.centre.views import keeping, office, own, public

urlpatterns = [
    path("together/centre/", public.centres, name="centre_public_list"),
    path("together/centre/<int:pk>/", public.centre, name="centre_public"),
    path("together/centre/<int:pk>/calendar.ics", public.feed, name="centre_feed"),
    path("together/centre/rooms/<int:pk>/book/", own.book, name="centre_book"),
    path("together/bookings/", own.mine, name="centre_mine"),
    path("together/bookings/<int:pk>/booking.ics", own.entry, name="centre_own_entry"),
    path("together/bookings/<int:pk>/give-back/", own.give_back, name="centre_give_back"),
    path("admin/party/centre/", office.centres, name="centres"),
    path("admin/party/centre/<int:pk>/", office.centre, name="centre"),
    path("admin/party/centre/<int:pk>/activities/", keeping.activities, name="centre_activities"),
    path("admin/party/centre/<int:pk>/activities/new/", keeping.plan, name="centre_plan"),
    path("admin/party/centre/<int:pk>/close/", keeping.close, name="centre_close"),
    path("admin/party/centre/<int:pk>/used/", keeping.used, name="centre_used"),
    path("admin/party/centre/closures/<int:pk>/lift/", keeping.lift, name="centre_lift"),
    path("admin/party/centre/rooms/<int:pk>/book/", office.book, name="centre_office_book"),
    path("admin/party/centre/bookings/<int:pk>/", office.booking, name="centre_booking"),
    path("admin/party/centre/bookings/<int:pk>/booking.ics", office.entry, name="centre_entry"),
    path("admin/party/centre/bookings/<int:pk>/steps/<slug:name>/", office.step, name="centre_step"),
]
