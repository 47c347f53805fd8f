"""Addresses of this app."""

from django.urls import URLPattern

from assessments.urls.experts import urlpatterns as experts
from assessments.urls.filling import urlpatterns as filling
from assessments.urls.inspections import urlpatterns as inspections
from assessments.urls.intakes import urlpatterns as intakes
from assessments.urls.postevaluations import urlpatterns as postevaluations
from assessments.urls.reviews import urlpatterns as reviews
from assessments.urls.stages import urlpatterns as stages
from assessments.urls.tables import urlpatterns as tables
from assessments.urls.versions import urlpatterns as versions

app_name = "assessments"
urlpatterns: list[URLPattern] = [*tables, *filling, *reviews, *experts, *stages, *inspections, *intakes, *postevaluations, *versions]
