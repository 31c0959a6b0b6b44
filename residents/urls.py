"""Addresses of the workers' rooms of homes, visits and venues."""

from django.urls import path

from residents.views import checks, errands, venues

urlpatterns = [
    path("worker/venues/", venues.venues, name="worker_venues"),
    path("worker/venues/new/", venues.new, name="worker_venue_new"),
    path("worker/venues/<int:key>/", venues.venue, name="worker_venue"),
    path("worker/venues/<int:key>/edit/", venues.edit, name="worker_venue_edit"),
    path("worker/venues/<int:key>/close/", venues.close, name="worker_venue_close"),
    path("worker/venues/<int:key>/reopen/", venues.reopen, name="worker_venue_reopen"),
    path("worker/venues/<int:key>/unmask/", venues.unmask, name="worker_venue_unmask"),
    path("worker/venues/<int:key>/check/", checks.check, name="worker_venue_check"),
    path("worker/venues/<int:key>/checks/<int:visit_key>/", checks.checked, name="worker_check"),
    path("worker/venues/<int:key>/checks/<int:visit_key>/slip/", checks.slip, name="worker_check_slip"),
    path(
        "worker/venues/<int:key>/checks/<int:visit_key>/findings/<int:finding_key>/ask/",
        checks.ask,
        name="worker_check_ask",
    ),
    path(
        "worker/venues/<int:key>/checks/<int:visit_key>/photos/<int:photo_key>/<str:size>/",
        checks.photo,
        name="worker_check_photo",
    ),
    path("worker/errands/", errands.errands, name="worker_errands"),
    path("worker/errands/new/", errands.new, name="worker_errand_new"),
    path("worker/errands/<int:key>/", errands.errand, name="worker_errand"),
    path("worker/errands/<int:key>/steps/<str:name>/", errands.step, name="worker_errand_step"),
]
