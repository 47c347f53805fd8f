"""Address of the method page."""

from django.urls import URLPattern, path

from carbon.method import views

urlpatterns: list[URLPattern] = [path("method/", views.carbon_method, name="carbon_method")]
