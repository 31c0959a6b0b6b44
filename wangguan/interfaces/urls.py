"""Where the contract is read (docs/design.md, “Addresses”)."""

from django.urls import path

from wangguan.interfaces import views

app_name = "interfaces"

urlpatterns = [
    path("schema/", views.schema, name="schema"),
    path("docs/", views.docs, name="docs"),
    path("docs/problems/", views.problems, name="problems"),
]
