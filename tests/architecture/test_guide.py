"""Every page of the portal has its place in the guide, and every link, heading and block of the guide leads to what exists."""

import re

import pytest
from django.urls import URLResolver, get_resolver, reverse

from greendistrict.accounts.enums import Role
from greendistrict.core.features import public_pages
from greendistrict.policy.duty_days import settings_of
from greendistrict.policy.duty_table import TOLD, duty_kind
from greendistrict.policy.layers import BY_LAW
from greendistrict.policy.loader import all_policies
from greendistrict.policy.parameters import Parameters
from greendistrict.policy.selectors import setting_value
from greendistrict.workflow.declaration import machines
from portal.frame.context import places
from portal.frame.menu import menu_sections
from portal.guide import blocks, library
from portal.guide.library import FOLDER, PAGE, READING, SETTING, GuideGroup, guide_pages
from tests.policy.test_quotations import sections

# Programs read these; nobody stands on a page there.
FOR_PROGRAMS = {"api", "core"}
FEED = "obligations:feed"
DATED_BY_TEXT = BY_LAW | {"organise_application", "account_review"}  # numbers of a law, of the policy, or that no setting changes
METRICS = "portal:metrics"  # read by Prometheus
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.md"))}
BY_SLUG = {page.slug: page for page in guide_pages()}
FENCE = re.compile(r"^```(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def routes(resolver=None, space=""):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        else:
            yield f"{space}{entry.name}"


def headings(slug):
    return [piece.title for piece in BY_SLUG[slug].pieces if piece.title]


def fences(kind):
    """(page, lines) of every block of a kind."""
    return [
        (slug, [line.split() for line in body.splitlines() if line.strip()])
        for slug, text in TEXTS.items()
        for name, body in FENCE.findall(text)
        if name == kind
    ]


def test_every_route_has_its_place_in_the_guide():
    """A new page stands in the feature.py of its feature beside the section that explains it."""
    named = {name for name in routes() if name.partition(":")[0] not in FOR_PROGRAMS} - {FEED, METRICS}
    assert sorted(named - set(places())) == []
    assert sorted(set(places()) - named) == []


def test_every_place_is_a_section_of_a_page():
    wrong = [
        place
        for place in set(places().values())
        if place.page not in BY_SLUG or (place.anchor and place.anchor not in headings(place.page))
    ]
    assert wrong == []


def test_pages_for_everybody_are_explained_to_everybody():
    assert [name for name in public_pages() if name in places() and not BY_SLUG[places()[name].page].public] == []


@pytest.mark.parametrize("slug", TEXTS)
def test_headings_of_a_page_are_each_there_once(slug):
    found = headings(slug)
    assert found
    assert len(found) == len(set(found))


@pytest.mark.parametrize("slug", TEXTS)
def test_links_lead_to_what_exists(slug):
    menu = {entry.url_name for section in menu_sections() for entry in section.entries}
    for href in re.findall(r"\]\(([^)]*)\)", TEXTS[slug]):
        if href.startswith(PAGE):
            view = href.removeprefix(PAGE)
            assert reverse(view)
            assert view in menu | library.OPEN, "only pages that the menu or everybody has: others may be closed to the reader"
        else:
            name, _, anchor = href.partition("#")
            target = name.removesuffix(".md") or slug
            assert target in BY_SLUG
            assert not anchor or anchor in headings(target)


def test_blocks_are_known_and_fences_are_closed():
    assert {name for text in TEXTS.values() for name, _ in FENCE.findall(text)} == set(blocks.BLOCKS)
    assert [slug for slug, text in TEXTS.items() if text.count("```") % 2] == []
    spans = {span for text in TEXTS.values() for span in re.findall(r"`([a-z]+:[^`\n]*)`", text)}
    assert {span for span in spans if not span.startswith((SETTING, READING))} == set()
    rules = {span.removeprefix(READING) for span in spans if span.startswith(READING)}
    assert rules
    assert rules <= {rule.id for rule in all_policies()[-1].rules if rule.understood}


def test_every_machine_is_shown_on_a_page():
    shown = {name for _, lines in fences("steps") for line in lines for name in line}
    assert shown == {machine.name for machine in machines()}


def test_every_seat_has_a_page_with_three_things_to_begin_with():
    seats = {page.role: page for page in guide_pages() if page.group == GuideGroup.SEAT}
    assert set(seats) == set(Role.values)
    roles = {page.role: [step.view for step in page.first] for page in seats.values()}
    opened = {entry.url_name: entry.roles for section in menu_sections() for entry in section.entries}
    assert {role: len(views) for role, views in roles.items()} == dict.fromkeys(roles, 3)
    assert [(role, view) for role, views in roles.items() for view in views if role not in opened[view]] == []


def test_seats_of_machines_are_those_of_roles():
    """A seat that is no role is named in ``SHARED_SEATS``, so that the page of a role lists its steps."""
    seats = {seat.key for machine in machines() for step in machine.transitions for seat in step.seats}
    assert seats - set(Role.values) - set(blocks.SHARED_SEATS) == {"system"}
    assert set(blocks.SHARED_SEATS) <= seats
    assert {role for roles in blocks.SHARED_SEATS.values() for role in roles} <= set(Role.values)


def test_terms_take_their_numbers_from_the_settings():
    """The words of a duty hold the default of each of its settings, so that another value takes its place, and no other number of ours."""
    named = [line for _, found in fences("terms") for line in found]
    assert named
    assert all(len(line) == 1 and duty_kind(line[0]) for line in named)
    for kind in TOLD:
        own = [setting_value(name, Parameters()[name].value) for name in settings_of(kind)]
        assert all(value in kind.due for value in own), kind
        rest = kind.due
        for value in own:
            rest = rest.replace(value, "")
        assert kind.key in DATED_BY_TEXT or not re.search(r"\d+(个工作)?[日月]", rest), kind


def test_quotations_are_verbatim():
    """A block quotation names its clause: ``> 八（一）　words of that clause``."""
    quoted = [line for text in TEXTS.values() for line in re.findall(r"^> (.*)$", text, re.MULTILINE)]
    assert len(quoted) > 15
    texts = sections()
    for line in quoted:
        cite, words = line.split("　")
        chapter = re.match(r"[一二三四五六七八九]（[一二三四]）", cite)[0]
        assert words in texts[chapter], line
