"""Addresses for tests of the frame: every name the frame may link to, one page of components."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from greendistrict.accounts.views import care
from portal.gallery.views import gallery

ACCOUNT_VIEWS = ("login", "logout", "forgotten", "password_change", "user_list", "organisation_detail")


@login_not_required
def page(request: HttpRequest, **_: object) -> HttpResponse:
    return render(request, "base.html")


@login_not_required
def public(request: HttpRequest) -> HttpResponse:
    return render(request, "base_public.html")


def pages(*views: str) -> list:
    return [path(f"{view}/", page, name=view) for view in views]


def names(app: str, *views: str) -> object:
    return path(f"{app}/", include((pages(*views), app)))


urlpatterns = [
    path("", include(([path("", public, name="home"), path("work/", page, name="workdesk"), path("search/", page, name="search"),
                       *pages("public_samples", "publicity", "publicity_rss", "published_counts", "open_data"),
                       path("_components/", gallery, name="components")], "portal"))),
    names("districts", "district_list", "plot_overview"),
    names("assessments", "selfcheck_list", "score_table_list", "review_list"),
    names("approvals", "case_list"),
    names("obligations", "obligation_list"),
    names("reports", "report_center"),
    names("indicators", "edition_list"),
    names("policy", "rule_list"),
    names("notifications", "inbox"),
    names("audit", "event_list"),
    path("accounts/", include(([path("care/", care, name="care"), *pages(*ACCOUNT_VIEWS)], "accounts"))),
]  # fmt: skip
