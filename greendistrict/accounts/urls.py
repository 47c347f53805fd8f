"""URLs of this app."""

from django.urls import path

from greendistrict.accounts import delegation_views, invitation_views, keeper_views, link_views, proposal_views, views

app_name = "accounts"
urlpatterns = [
    path("password/", views.password_change, name="password_change"),
    path("care/", views.care, name="care"),
    path("introduced/", views.introduced, name="introduced"),
    path("organisation/", views.organisation_detail, name="organisation_detail"),
    path("organisations/<int:pk>/", views.organisation_detail, name="organisation"),
    path("organisations/", keeper_views.organisation_list, name="organisation_list"),
    path("organisations/new/", keeper_views.organisation_create, name="organisation_create"),
    path("organisations/<int:pk>/change/", keeper_views.organisation_change, name="organisation_change"),
    path("people/", views.user_list, name="user_list"),
    path("people/new/", keeper_views.user_create, name="user_create"),
    path("people/<int:pk>/posts/", keeper_views.post_grant, name="post_grant"),
    path("posts/<int:pk>/end/", keeper_views.post_end, name="post_end"),
    path("people/<int:pk>/password/", link_views.password_reset, name="password_reset"),
    path("resets/", link_views.link_list, name="link_list"),
    path("resets/<int:pk>/", link_views.link_decide, name="link_decide"),
    path("proposals/", proposal_views.proposal_list, name="proposal_list"),
    path("proposals/<int:pk>/", proposal_views.proposal_decide, name="proposal_decide"),
    path("forgotten/", link_views.forgotten, name="forgotten"),
    path("link/<str:secret>/", link_views.link, name="link"),
    path("organisations/<int:pk>/invite/", invitation_views.invite, name="invite"),
    path("delegations/", delegation_views.delegation_list, name="delegation_list"),
    path("delegations/new/", delegation_views.delegation_give, name="delegation_give"),
    path("delegations/<int:pk>/end/", delegation_views.delegation_end, name="delegation_end"),
    path("people/<int:pk>/activity/", views.user_activity, name="user_activity"),
]
