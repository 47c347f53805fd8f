"""Addresses of opinions of the public."""

from django.urls import URLPattern, path

from outreach.opinions.views import city, public

urlpatterns: list[URLPattern] = [
    path("", public.opinions, name="opinions"),
    path("new/", public.opinion_on_programme, name="opinion_on_programme"),
    path("new/districts/<slug:code>/", public.opinion_on_district, name="opinion_on_district"),
    path("new/notices/<int:pk>/", public.opinion_on_notice, name="opinion_on_notice"),
    path("receipt/", public.opinion_receipt, name="opinion_receipt"),
    path("all/", city.opinion_list, name="opinion_list"),
    path("<int:pk>/", city.opinion, name="opinion"),
    path("<int:pk>/aside/", city.opinion_aside, name="opinion_aside"),
    path("<int:pk>/summary/", city.opinion_summary, name="opinion_summary"),
    path("<int:pk>/withdraw/", city.opinion_withdraw, name="opinion_withdraw"),
    path("<int:pk>/contact/", city.opinion_contact, name="opinion_contact"),
]
