"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path
from django.urls.resolvers import URLPattern

from partybuilding.claims.views import claiming, office, office_acts, own, public, told

OFFICE = "admin/party/claims/"

urlpatterns: list[URLPattern] = [
    path("together/", public.together, name="together"),
    path("together/items/<int:pk>/", public.item, name="together_item"),
    path("together/items/<int:pk>/claim/", claiming.claim, name="together_claim"),
    path("together/tell/", told.tell, name="together_tell"),
    path("together/told/", told.told, name="together_told"),
    path("together/told/<int:pk>/rate/", told.rate, name="together_rate"),
    path("together/told/<int:pk>/withdraw/", told.withdraw, name="together_not_needed"),
    path("together/claims/", own.claims, name="together_claims"),
    path("together/claims/offer/", own.offer, name="together_offer"),
    path("together/claims/offers/<int:pk>/withdraw/", own.withdraw, name="together_offer_withdraw"),
    path("together/claims/milestones/<int:pk>/", own.reach, name="together_reach"),
    path("together/claims/pictures/<int:pk>/<str:size>/", own.picture, name="together_picture"),
    path("together/claims/<int:pk>/", own.claim, name="together_own"),
    path("together/claims/<int:pk>/begin/", own.begin, name="together_begin"),
    path("together/claims/<int:pk>/milestones/", own.plan, name="together_plan"),
    path("together/claims/<int:pk>/<slug:name>/", own.step, name="together_own_step"),
    path(OFFICE, office.items, name="party_claims"),
    path(f"{OFFICE}new/", office.new, name="party_claims_new"),
    path(f"{OFFICE}pictures/<int:pk>/<str:size>/", office_acts.picture, name="party_claim_picture"),
    path(f"{OFFICE}milestones/<int:pk>/", office_acts.reach, name="party_claim_reach"),
    path(f"{OFFICE}claims/<int:pk>/milestones/", office_acts.plan, name="party_claim_plan"),
    path(f"{OFFICE}claims/<int:pk>/<slug:name>/", office_acts.claim_step, name="party_claim_step"),
    path(f"{OFFICE}<int:pk>/", office.item, name="party_claim_item"),
    path(f"{OFFICE}<int:pk>/edit/", office.edit, name="party_claim_edit"),
    path(f"{OFFICE}<int:pk>/claim/", office_acts.take, name="party_claim_take"),
    path(f"{OFFICE}<int:pk>/rate/", office_acts.rate, name="party_claim_rate"),
    path(f"{OFFICE}<int:pk>/steps/<slug:name>/", office_acts.step, name="party_claim_item_step"),
]
