"""Addresses of requests for information."""

from django.urls import URLPattern, path

from outreach.disclosures.views import city, public

urlpatterns: list[URLPattern] = [
    path("disclosures/", public.disclosures, name="disclosures"),
    path("disclosures/new/", public.disclosure_new, name="disclosure_new"),
    path("disclosures/receipt/", public.disclosure_receipt, name="disclosure_receipt"),
    path("disclosures/all/", city.disclosure_list, name="disclosure_list"),
    path("disclosures/<int:pk>/", city.disclosure, name="disclosure"),
    path("disclosures/<int:pk>/extend/", city.disclosure_extend, name="disclosure_extend"),
    path("disclosures/<int:pk>/identity/", city.disclosure_identity, name="disclosure_identity"),
]
