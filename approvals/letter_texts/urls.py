"""Addresses of views."""

from django.urls import URLPattern, path

from approvals.letter_texts import views

urlpatterns: list[URLPattern] = [
    path("letter-texts/", views.letter_text_list, name="letter_text_list"),
    path("letter-texts/<slug:key>/", views.letter_text, name="letter_text"),
    path("letter-texts/<slug:key>/act/", views.letter_text_act, name="letter_text_act"),
]
