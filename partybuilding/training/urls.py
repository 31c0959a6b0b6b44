"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path

from partybuilding.training.views import own, plans, sessions

urlpatterns = [
    path("together/training/", own.own, name="own_training"),
    path("together/training/<int:year>/certificate/", own.own_certificate, name="own_training_certificate"),
    path("together/training/s/<int:pk>/", own.own_session, name="own_training_session"),
    path("together/training/s/<int:pk>/quiz/", own.own_quiz, name="own_training_quiz"),
    path("together/training/m/<int:pk>/", own.own_material, name="own_training_material"),
    path("worker/training/", own.worker, name="worker_training"),
    path(
        "worker/training/<int:year>/certificate/", own.worker_certificate, name="worker_training_certificate"
    ),
    path("worker/training/s/<int:pk>/", own.worker_session, name="worker_training_session"),
    path("worker/training/s/<int:pk>/quiz/", own.worker_quiz, name="worker_training_quiz"),
    path("worker/training/m/<int:pk>/", own.worker_material, name="worker_training_material"),
    path("admin/party/training/", plans.plans, name="training"),
    path("admin/party/training/new/", plans.new, name="training_new"),
    path("admin/party/training/<int:pk>/", plans.plan, name="training_plan"),
    path("admin/party/training/<int:pk>/change/", plans.change, name="training_change"),
    path("admin/party/training/<int:pk>/people/", plans.people, name="training_people"),
    path("admin/party/training/<int:pk>/announce/", plans.announce, name="training_announce"),
    path("admin/party/training/<int:pk>/steps/<slug:name>/", plans.step, name="training_step"),
    path("admin/party/training/sessions/<int:pk>/", sessions.session, name="training_session"),
    path("admin/party/training/sessions/<int:pk>/change/", sessions.change, name="training_session_change"),
    path("admin/party/training/sessions/<int:pk>/hours/", sessions.confirm, name="training_confirm"),
    path("admin/party/training/sessions/<int:pk>/quiz/", sessions.quiz, name="training_quiz"),
    path("admin/party/training/sessions/<int:pk>/materials/", sessions.add, name="training_add"),
    path(
        "admin/party/training/sessions/<int:pk>/materials/<int:material>/remove/",
        sessions.remove,
        name="training_remove",
    ),
    path("admin/party/training/materials/<int:pk>/", sessions.material, name="training_material"),
]
