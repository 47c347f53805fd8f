"""The feature of requests for information."""

from django.urls import path

from greendistrict.core.features import Feature
from outreach.disclosures.views import city, public

FEATURE = Feature(
    pages={
        "publicity#依申请公开": (
            path("disclosures/", public.disclosures, name="disclosures"),
            path("disclosures/new/", public.disclosure_new, name="disclosure_new"),
            path("disclosures/receipt/", public.disclosure_receipt, name="disclosure_receipt"),
            path("disclosures/all/", city.disclosure_list, name="disclosure_list"),
            path("disclosures/<int:pk>/", city.disclosure, name="disclosure"),
            path("disclosures/<int:pk>/extend/", city.disclosure_extend, name="disclosure_extend"),
            path("disclosures/receipt/complete/", public.disclosure_complete, name="disclosure_complete"),
            path("disclosures/receipt/file/", public.disclosure_hand_over, name="disclosure_hand_over"),
            path("disclosures/<int:pk>/completion/", city.disclosure_ask, name="disclosure_ask"),
            path("disclosures/<int:pk>/completed/", city.disclosure_completed, name="disclosure_completed"),
            path("disclosures/<int:pk>/given-up/", city.disclosure_given_up, name="disclosure_given_up"),
            path("disclosures/<int:pk>/files/", city.disclosure_file_add, name="disclosure_file_add"),
            path("disclosures/<int:pk>/files/<uuid:key>/drop/", city.disclosure_file_drop, name="disclosure_file_drop"),
            path("disclosures/<int:pk>/scans/", city.disclosure_scan, name="disclosure_scan"),
            path("disclosures/<int:pk>/served/", city.disclosure_served, name="disclosure_served"),
            path("disclosures/<int:pk>/remedies/", city.disclosure_contest, name="disclosure_contest"),
            path("disclosures/remedies/<int:pk>/", city.disclosure_remedy, name="disclosure_remedy"),
            path("disclosures/remedies/<int:pk>/act/", city.disclosure_remedy_act, name="disclosure_remedy_act"),
            path("disclosures/<int:pk>/identity/", city.disclosure_identity, name="disclosure_identity"),
        ),
    },
)
