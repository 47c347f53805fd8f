"""Properties of offered actions, for the form that takes one of them."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse

register = template.Library()


@register.filter
def any_posted(offered: Iterable[Any]) -> bool:
    """Whether any offered action can be taken on this page."""
    return any(not offer.refusals and not offer.page for offer in offered)


@register.filter
def any_forward(offered: Iterable[Any]) -> bool:
    """Whether any action on this page does more than end the matter."""
    return any(not offer.refusals and not offer.page and offer.tone != "danger" for offer in offered)


@register.filter
def any_reason(offered: Iterable[Any]) -> bool:
    """Whether any action on this page asks for a reason."""
    return any(offer.reason_required and not offer.refusals and not offer.page for offer in offered)


@register.simple_tag
def offer_link(offer: Any, pk: Any = None) -> str:
    """URL of the page of an offered step; empty if it has none."""
    page = getattr(offer, "page", "")
    for args in ([pk], []) if page else ():
        try:
            return reverse(page, args=args)
        except NoReverseMatch:
            continue
    return ""
