"""URLs of closings."""

from django.urls import URLPattern, path

from reports.closings import views

urlpatterns: list[URLPattern] = [
    path("closings/", views.closing_list, name="closings"),
    path("closings/<int:year>/", views.closing, name="closing"),
    path("closings/<int:year>/act/", views.closing_act, name="closing_act"),
    path("closings/<int:year>/correct/", views.closing_correct, name="closing_correct"),
    path("closings/<int:year>/preview/", views.closing_preview, name="closing_preview"),
]
