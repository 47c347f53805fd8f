"""Cached template fragments, keyed by everything they show."""

import functools
from collections.abc import Hashable

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

KEPT = 2048


def written(template: str, **context: Hashable) -> SafeString:
    """Mark-up of a template rendered from ``context`` alone: no request, no person, no token; suitable for caching."""
    return _written(template, tuple(context.items()))


@functools.lru_cache(KEPT, typed=True)
def _written(template: str, context: tuple[tuple[str, Hashable], ...]) -> SafeString:
    return render_to_string(template, dict(context))
