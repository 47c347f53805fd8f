"""The page of a district. It combines tabs of five apps, so the portal has its view; address and name belong to the districts."""

from django.urls import path

from greendistrict.core.features import Feature
from portal.district_page.views import district

FEATURE = Feature(
    namespace="districts",
    pages={"special-plan#登记城区": (path("<slug:code>/", district, name="district_detail"),)},
)
