"""Every address of the portal asks who is there, or is declared public by its feature."""

import ast
import uuid
from collections import Counter

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RegexPattern

from greendistrict.core.features import public_pages
from tests.architecture import rights
from tests.architecture.sources import nodes, said

AFTER_THE_PASSWORD = {"signin:second", "signin:second_passkey"}  # public as well, but send away whoever has not begun to sign in
EXAMPLES = {"IntConverter": 1, "SlugConverter": "x", "StringConverter": "x", "UUIDConverter": uuid.UUID(int=0)}


def addresses(resolver=None, space="", given=()):
    for entry in (resolver or get_resolver()).url_patterns:
        arguments = {**dict(given), **examples(entry.pattern)}
        if isinstance(entry, URLResolver):
            yield from addresses(entry, f"{space}{entry.namespace}:" if entry.namespace else space, arguments.items())
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}", arguments


def examples(pattern):
    if isinstance(pattern, RegexPattern):
        return dict.fromkeys(pattern.regex.groupindex, "x")
    return {name: EXAMPLES[type(converter).__name__] for name, converter in pattern.converters.items()}


FOUND = sorted((name, tuple(arguments.items())) for name, arguments in addresses())


def way_in(client, url):
    """Whether somebody who has not signed in gets anywhere at an address, or its two methods say nothing of it."""
    answers = [client.get(url), client.post(url)]
    sign_in = reverse("accounts:login")
    closed = [answer.status_code in {401, 403, 405} or (answer.status_code == 302 and answer.url.startswith(sign_in)) for answer in answers]
    return not all(closed) or {answer.status_code for answer in answers} == {405}


@pytest.mark.django_db
@pytest.mark.parametrize("room", sorted({name.partition(":")[0] for name, _ in FOUND}))
def test_those_pages_open_without_signing_in_that_a_feature_declares_public(client, room):
    found = {name for name, given in FOUND if name.startswith(f"{room}:") and way_in(client, reverse(name, kwargs=dict(given)))}
    assert found == {name for name in public_pages() - AFTER_THE_PASSWORD if name.startswith(f"{room}:")}


def test_rules_decide_by_posts_and_the_object_and_know_no_user():
    """Whose posts they are is asked once, by who calls: so the posts of one day, one's own or one delegated post can be asked about."""
    found = {
        f"{source.path}:{node.lineno} {said(node)}"
        for source, node in nodes(ast.arg, ast.Call)
        if "rules" in source.path.removesuffix(".py").split("/")
        if (isinstance(node, ast.arg) and node.annotation is not None and "User" in said(node.annotation))
        or (isinstance(node, ast.Call) and said(node.func) in {"posts_of", "clock.today", "clock.now"})
    }
    assert found == set()


# How often views ask whose posts they are or which day it is, instead of taking it from the viewer: may only fall; what is no door is
# counted in ``test_days``. They still do on pages for visitors, where asking who reads would open a session, for workbooks that are
# imported, for the token of a calendar, and for the matters of another person.
STILL_ASK = {
    "views": {"posts_of": 0, "clock.today": 9, "Viewer": 2},
}


@pytest.mark.parametrize("layer", STILL_ASK)
def test_who_reads_and_which_day_it_is_are_taken_from_the_viewer(layer):
    asked = Counter(said(node.func) for source, node in nodes(ast.Call) if layer in _layers(source) and said(node.func) in STILL_ASK[layer])
    assert asked == Counter(STILL_ASK[layer]), "lower the number where it fell; hand the viewer on where it rose"


def _layers(source):
    """Parts of the path of a module; of ``calendar_views`` its last word as well."""
    parts = source.path.removesuffix(".py").split("/")
    return {*parts, parts[-1].rpartition("_")[2]}


def test_rights_are_kept_as_the_code_declares_them():
    """After a change: ``make rights``; the difference of ``docs/rights.txt`` shows who gained or lost what."""
    declared, kept = rights.document().splitlines(), rights.KEPT.read_text(encoding="utf-8").splitlines()
    assert {"gained": sorted(set(declared) - set(kept)), "lost": sorted(set(kept) - set(declared))} == {"gained": [], "lost": []}
    assert declared == kept
