"""Addresses of this app."""

from django.urls import path

from greendistrict.accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.LoginView.as_view(), name="login"),
    path("logout/", views.LogoutView.as_view(), name="logout"),
    path("password/", views.password_change, name="password_change"),
    path("care/", views.care, name="care"),
    path("organisation/", views.organisation_detail, name="organisation_detail"),
    path("organisations/<int:pk>/", views.organisation_detail, name="organisation"),
    path("people/", views.user_list, name="user_list"),
    path("people/<int:pk>/password/", views.password_reset, name="password_reset"),
    path("people/<int:pk>/activity/", views.user_activity, name="user_activity"),
]
