"""The feature of the profile: registration, data, consultants."""

from django.urls import path

from districts.profile.views import profile, register
from greendistrict.core.features import Feature

FEATURE = Feature(
    pages={
        "special-plan#登记城区": (
            path("new/", register.district_create, name="district_create"),
            path("<slug:code>/profile/", profile.profile_edit, name="profile_edit"),
            path("<slug:code>/profile/consultants/", profile.mandate_add, name="mandate_add"),
            path("<slug:code>/profile/consultants/<int:pk>/end/", profile.mandate_end, name="mandate_end"),
        ),
    },
)
