"""Place in the guide that explains a page, by route name, as the features declare it; needs no query."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from greendistrict.core.features import features


class Place(NamedTuple):
    """A section of a page of the guide; without an anchor the whole page."""

    page: str
    anchor: str


@cache
def places() -> Mapping[str, Place]:
    """Places by route name. Raises ``ValueError`` for a route with two places."""
    found: dict[str, Place] = {}
    for space, feature in features():
        for written, pages in feature.sections:
            place = Place(*written.partition("#")[::2])
            for route in (f"{space}:{page.name}" for page in pages if written):
                if route in found:
                    msg = f"{route} stands at two places of the guide"
                    raise ValueError(msg)
                found[route] = place
    return MappingProxyType(found)


def help_address(route: str) -> str:
    """URL of the explanation of a page; the guide's first page if there is none, empty if there is no guide."""
    return _address_in(route, settings.ROOT_URLCONF)


@cache
def _address_in(route: str, urlconf: str) -> str:
    place = places().get(route)
    try:
        if place is None:
            return reverse("portal:guide", urlconf)
        address = reverse("portal:guide_page", urlconf, args=[place.page])
    except NoReverseMatch:
        return ""
    return f"{address}#{place.anchor}" if place.anchor else address
