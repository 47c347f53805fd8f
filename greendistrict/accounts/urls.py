"""Addresses of this app."""

from django.urls import path

from greendistrict.accounts import keeper_views, views

app_name = "accounts"
urlpatterns = [
    path("login/", views.LoginView.as_view(), name="login"),
    path("logout/", views.LogoutView.as_view(), name="logout"),
    path("password/", views.password_change, name="password_change"),
    path("care/", views.care, name="care"),
    path("organisation/", views.organisation_detail, name="organisation_detail"),
    path("organisations/<int:pk>/", views.organisation_detail, name="organisation"),
    path("organisations/", keeper_views.organisation_list, name="organisation_list"),
    path("organisations/new/", keeper_views.organisation_create, name="organisation_create"),
    path("people/", views.user_list, name="user_list"),
    path("people/new/", keeper_views.user_create, name="user_create"),
    path("people/<int:pk>/posts/", keeper_views.post_grant, name="post_grant"),
    path("posts/<int:pk>/end/", keeper_views.post_end, name="post_end"),
    path("people/<int:pk>/password/", views.password_reset, name="password_reset"),
    path("people/<int:pk>/activity/", views.user_activity, name="user_activity"),
]
