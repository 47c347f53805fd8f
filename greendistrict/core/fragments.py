"""Cached template fragments, keyed by everything they show."""

import functools
from collections.abc import Hashable

from django.forms import Form
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

KEPT = 2048


def written(template: str, **context: Hashable) -> SafeString:
    """Mark-up of a template rendered from ``context`` alone: no request, no person, no token; suitable for caching."""
    return _written(template, tuple(context.items()))


@functools.lru_cache(KEPT, typed=True)
def _written(template: str, context: tuple[tuple[str, Hashable], ...]) -> SafeString:
    return render_to_string(template, dict(context))


def fields_of(form: Form) -> SafeString:
    """Fields of a form: as they were sent, or of an empty one as its class has them, written once.

    For classes whose fields are always the same: choices, first values and hints that hang on nothing but the class.
    """
    return form.render() if form.is_bound else _empty(type(form))


@functools.cache
def _empty(form: type[Form]) -> SafeString:
    return form().render()
