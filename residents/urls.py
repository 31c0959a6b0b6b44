"""Addresses of the workers' rooms of homes, visits, venues and errands."""

from django.urls import path

from residents.views import care, checks, errands, household, moving, people, register, unmask, venues

PEOPLE = "worker/residents/people/<int:pk>"

urlpatterns = [
    # --- the register ---
    path("worker/residents/", register.register, name="worker_residents"),
    path("worker/residents/buildings/<int:pk>/", register.building, name="worker_building"),
    path("worker/residents/buildings/<int:pk>/new/", household.new_door, name="worker_door_new"),
    path("worker/residents/doors/<int:pk>/", register.dwelling, name="worker_dwelling"),
    path("worker/residents/doors/<int:pk>/correct/", household.use, name="worker_dwelling_correct"),
    path("worker/residents/doors/<int:pk>/new/", household.new, name="worker_household_new"),
    path("worker/residents/<int:pk>/", household.household, name="worker_household"),
    path("worker/residents/<int:pk>/history/", household.history, name="worker_household_history"),
    path("worker/residents/<int:pk>/correct/", household.correct, name="worker_household_correct"),
    path("worker/residents/<int:pk>/move/", moving.household, name="worker_household_move"),
    path("worker/residents/<int:pk>/move/<int:door>/", moving.household_to, name="worker_household_move_to"),
    path("worker/residents/<int:pk>/leave/", household.leave, name="worker_household_leave"),
    path("worker/residents/<int:pk>/close/", household.close, name="worker_household_close"),
    path("worker/residents/<int:pk>/event/", care.event, name="worker_care_event"),
    path("worker/residents/<int:pk>/people/new/", people.new, name="worker_person_new"),
    path(f"{PEOPLE}/", people.person, name="worker_person"),
    path(f"{PEOPLE}/correct/", people.correct, name="worker_person_correct"),
    path(f"{PEOPLE}/happened/<str:what>/", people.happened, name="worker_person_happened"),
    path(f"{PEOPLE}/back/", people.come_back, name="worker_person_back"),
    path(f"{PEOPLE}/move/", moving.person, name="worker_person_move"),
    path(f"{PEOPLE}/move/<int:door>/", moving.person_to, name="worker_person_move_to"),
    path(f"{PEOPLE}/consents/new/", care.consent, name="worker_consent_new"),
    path(f"{PEOPLE}/consents/<int:key>/withdraw/", care.withdraw, name="worker_consent_withdraw"),
    path(f"{PEOPLE}/plans/new/", care.new_plan, name="worker_plan_new"),
    path("worker/residents/plans/<int:pk>/", care.change_plan, name="worker_plan"),
    path("worker/residents/plans/<int:pk>/end/", care.end_plan, name="worker_plan_end"),
    path(f"{PEOPLE}/unmask/<str:name>/", unmask.person, name="worker_unmask"),
    # --- venues and errands ---
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
