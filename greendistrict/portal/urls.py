"""Addresses of this app."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path, re_path

from greendistrict.portal.gallery import gallery
from greendistrict.portal.views import desk, district, public, search, tokens

# The district page stands where districts names its detail; words that districts uses for pages of its own stay free.
DISTRICT = r"^districts/(?P<code>(?!(?:export|new|progress|yearly-plans)/)[-a-zA-Z0-9_]+)/$"

app_name = "portal"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", public.home, name="home"),
    path("register/", public.register, name="register"),
    path("register/<slug:code>/", public.public_district, name="public_district"),
    path("desk/", desk.workdesk, name="workdesk"),
    path("verify/", public.verify, name="verify"),
    path("search/", search.search, name="search"),
    path("tokens/", tokens.tokens, name="tokens"),
    re_path(DISTRICT, district.district, name="district"),
]
if settings.DEBUG or settings.TESTING:
    urlpatterns.append(path("_components/", gallery, name="components"))
