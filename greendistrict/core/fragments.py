"""Cached template fragments, keyed by all values they show."""

import functools
from collections.abc import Hashable

from django.forms import Form
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

KEPT = 2048


def written(template: str, **context: Hashable) -> SafeString:
    """Mark-up of a template rendered from ``context`` alone, without request, person or token, so that it can be cached."""
    return _written(template, tuple(context.items()))


@functools.lru_cache(KEPT, typed=True)
def _written(template: str, context: tuple[tuple[str, Hashable], ...]) -> SafeString:
    return render_to_string(template, dict(context))


def fields_of(form: Form) -> SafeString:
    """Fields of a form: as submitted, or for an unbound form as its class defines them (rendered once).

    Only for classes whose choices, initial values and hints depend on nothing but the class.
    """
    return form.render() if form.is_bound else _empty(type(form))


@functools.cache
def _empty(form: type[Form]) -> SafeString:
    return form().render()
