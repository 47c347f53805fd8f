"""URLs of panel opinions on a case."""

from django.urls import URLPattern, path

from approvals.opinions import views

urlpatterns: list[URLPattern] = [
    path("<int:pk>/opinions/", views.case_opinions, name="case_opinions"),
    path("<int:pk>/opinions/<int:opinion>/", views.opinion_step, name="opinion_step"),
]
