"""Addresses of a key project and its plan."""

from django.urls import URLPattern, path

from districts.projects import views

urlpatterns: list[URLPattern] = [
    path("<slug:code>/key-projects/plan/", views.project_plan, name="project_plan"),
    path("<slug:code>/key-projects/<int:pk>/view/", views.project_page, name="key_project"),
]
