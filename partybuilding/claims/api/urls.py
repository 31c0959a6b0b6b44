"""Addresses of the three lists under `/api/v1/`."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from partybuilding.claims.api.lists import list_of, one_in
from partybuilding.claims.terms import Sort

needs = list_of(Sort.NEED, name="list_needs", summary=_("Needs"))
need = one_in(Sort.NEED, name="get_need", summary=_("One need"))
resources = list_of(Sort.RESOURCE, name="list_resources", summary=_("Resources"))
resource = one_in(Sort.RESOURCE, name="get_resource", summary=_("One resource"))
projects = list_of(Sort.PROJECT, name="list_projects", summary=_("Joint projects"))
project = one_in(Sort.PROJECT, name="get_project", summary=_("One joint project"))

urlpatterns = [
    path("needs/", needs, name="api_needs"),
    path("needs/<int:item_id>/", need, name="api_need"),
    path("resources/", resources, name="api_resources"),
    path("resources/<int:item_id>/", resource, name="api_resource"),
    path("projects/", projects, name="api_projects"),
    path("projects/<int:item_id>/", project, name="api_project"),
]
