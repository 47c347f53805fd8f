"""Addresses of releases."""

from django.urls import URLPattern, path

from carbon.releases import views

urlpatterns: list[URLPattern] = [
    path("inventories/<int:pk>/release/", views.inventory_release, name="inventory_release"),
    path("inventories/<int:pk>/release/withdraw/", views.inventory_release_withdraw, name="inventory_release_withdraw"),
]
