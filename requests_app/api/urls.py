"""Addresses of the REST interface, version 1 (docs/design.md, “Addresses”)."""

from django.urls import path

from requests_app.api import attachments, categories, steps, tickets

app_name = "api"

urlpatterns = [
    path("categories/", categories.categories, name="categories"),
    path("tickets/", tickets.tickets, name="tickets"),
    path("tickets/<str:number>/", tickets.ticket, name="ticket"),
    path("tickets/<str:number>/events/", tickets.events, name="events"),
    path("tickets/<str:number>/attachments/", attachments.attachments, name="attachments"),
    path("tickets/<str:number>/attachments/<int:photo_id>/", attachments.attachment, name="attachment"),
    path(
        "tickets/<str:number>/attachments/<int:photo_id>/thumbnail/", attachments.thumbnail, name="thumbnail"
    ),
    path("tickets/<str:number>/steps/<str:name>/", steps.step, name="step"),
]
