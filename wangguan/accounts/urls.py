"""Addresses under `/accounts/`: of allauth's those that staff need; no sign-up, no passwords by mail."""

from allauth.account import views as account
from allauth.mfa.urls import urlpatterns as second_factor
from django.urls import include, path

from wangguan.accounts import views

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("signup/", account.signup, name="account_signup"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("2fa/", include(second_factor)),
    path("sessions/", views.sessions, name="usersessions_list"),
    path("sessions/others/", views.end_others, name="account_end_others"),
    path("sessions/<int:key>/", views.end, name="account_end_session"),
]
