"""Addresses of the public pages and the workers' pages (docs/design.md, “Addresses”)."""

from django.urls import path

from requests_app.views import inbox, leave, me, paste, public, steps, styleguide, tracking, worker

urlpatterns = [
    path("", public.home, name="home"),
    path("elder/", public.elder, name="elder"),
    path("report/", public.report, name="report"),
    path("q/<str:token>/", public.scan, name="scan"),
    path("track/", tracking.find, name="track"),
    path("t/<str:token>/", tracking.tracking, name="tracking"),
    path("t/<str:token>/verdict/", tracking.verdict, name="tracking_verdict"),
    path("t/<str:token>/notes/", tracking.notes, name="tracking_notes"),
    path("t/<str:token>/withdraw/", tracking.withdraw, name="tracking_withdraw"),
    path("t/<str:token>/opened/", tracking.opened, name="tracking_opened"),
    path("t/<str:token>/photos/<int:photo_id>/<str:size>/", tracking.photo, name="tracking_photo"),
    path("worker/", worker.today, name="worker_today"),
    path("worker/inbox/", inbox.inbox, name="worker_inbox"),
    path("worker/inbox/count/", inbox.count, name="worker_inbox_count"),
    path("worker/inbox/<int:key>/", inbox.message, name="worker_message"),
    path("worker/me/", me.me, name="worker_me"),
    path("worker/me/notifications/", me.notifications, name="worker_notifications"),
    path("worker/me/leave/", leave.leave, name="worker_leave"),
    path("worker/me/leave/<int:key>/end/", leave.end, name="worker_leave_end"),
    path("worker/paste/", paste.paste, name="worker_paste"),
    path("worker/paste/done/", paste.done, name="worker_paste_done"),
    path("worker/visits/", worker.homes, name="worker_visits"),
    path("worker/residents/", worker.homes, name="worker_residents"),
    path("worker/tickets/", worker.tickets, name="worker_tickets"),
    path("worker/tickets/new/", worker.new, name="worker_new"),
    path("worker/tickets/<str:number>/", worker.ticket, name="worker_ticket"),
    path("worker/tickets/<str:number>/phone/", worker.phone, name="worker_phone"),
    path("worker/tickets/<str:number>/steps/<str:name>/", steps.step, name="worker_step"),
    path("worker/tickets/<str:number>/photos/<int:photo_id>/<str:size>/", worker.photo, name="worker_photo"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]
