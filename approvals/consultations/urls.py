"""URLs of consultations."""

from django.urls import URLPattern, path

from approvals.consultations import views

urlpatterns: list[URLPattern] = [
    path("<int:pk>/consult/", views.case_consult, name="case_consult"),
    path("consultations/<int:pk>/", views.consultation, name="consultation"),
]
