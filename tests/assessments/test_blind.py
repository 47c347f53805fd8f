"""Blindness as non-interference: who is kept out sees, byte by byte, a portal in which the matter does not exist."""

import datetime as dt
import io
import re
from collections import deque
from urllib.parse import urljoin, urlsplit

import openpyxl
import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from assessments.models import PanelMember
from assessments.services import reviews as services
from greendistrict.core import clock
from greendistrict.notifications.models import Notification
from greendistrict.workflow import outbox
from tests.caches import empty
from tests.factories.districts import make_district
from tests.factories.reviews import Scene, make_table

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, reset_sequences=True)]
NOW = dt.datetime(2026, 11, 20, 10, tzinfo=clock.SHANGHAI)
LINK = re.compile(r'(?:href|hx-get|src)="([^"#]+)')
MASKS = (
    (re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"'), ""),
    (re.compile(r'"X-CSRFToken": ?"[^"]+"'), ""),
    (re.compile(r'nonce="[^"]+"'), ""),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "uuid"),
)
WORDS = ("SQ-2026-0099", "演示保密新区", "保密")
NEVER = ("/accounts/logout/", "/_components/", "/standards/")
MOST = 250


def masked(text):
    for pattern, by in MASKS:
        text = pattern.sub(by, text)
    return text


def cells(body):
    """A workbook by its cells: the zip around them carries the moment it was packed."""
    book = openpyxl.load_workbook(io.BytesIO(body))
    return "\n".join(str(row) for sheet in book for row in sheet.iter_rows(values_only=True))


def plain_addresses(patterns=None, prefix="/"):
    """Every address of the portal that takes no argument."""
    for entry in patterns or get_resolver().url_patterns:
        route = str(entry.pattern)
        if "<" in route or "(?P" in route:
            continue
        if hasattr(entry, "url_patterns"):
            yield from plain_addresses(entry.url_patterns, prefix + route)
        else:
            yield prefix + route.lstrip("^").rstrip("$")


def crawl(user, extra=()):
    """What every page says that this person can reach or guess, masked, by address."""
    empty()  # counters of the menu are kept for a while
    client = Client()
    client.force_login(user)
    client.get("/desk/")
    queue = deque([*sorted(set(plain_addresses())), *extra, *(f"/search/?q={word}" for word in WORDS)])
    pages = {}
    while queue and len(pages) < MOST:
        address = queue.popleft()
        if address in pages or address.startswith(NEVER):
            continue
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        html = answer.headers.get("Content-Type", "").startswith("text/html")
        text = cells(body) if address.split("?")[0].endswith("/export/") and body[:2] == b"PK" else masked(body.decode(errors="replace"))
        pages[address] = (answer.status_code, answer.headers.get("Location", ""), text)
        if html:
            for link in LINK.findall(text):
                target = urljoin(address, link.replace("&amp;", "&"))
                if not urlsplit(target).netloc and not target.startswith("/static/"):
                    queue.append(target)
    return pages


def addresses_of(review_pk, table_pk):
    """Pages of one review that somebody could guess."""
    steps = ("invitation", "workspace", "rest", "submit", "meeting", "opinion", "pool")
    found = [reverse(f"assessments:review_{step}", args=[review_pk]) for step in steps]
    found += [reverse("assessments:review", args=[review_pk])]
    found += [reverse("assessments:review_draw_data", args=[review_pk, 1]), reverse("assessments:review_clause", args=[review_pk, "4.1.1"])]
    return [*found, reverse("assessments:score_table", args=[table_pk]), reverse("assessments:table_version", args=[table_pk, 1])]


def settle():
    """Deliver what was sent so far; opening a message marks it as read, so they all are."""
    outbox.drain()
    Notification.objects.update(read_at=NOW)


class World:
    """A programme with one review that the person sits on, and a district beside it; the secret matter is made last or not at all."""

    def __init__(self):
        self.scene = Scene(extra=6)
        self.people = self.scene.people
        self.other = make_district(self.people, name="演示保密新区（虚构）", is_demo=True, type="new", target_star=2)
        self.scene.to_scoring()
        settle()

    def secret(self, outside):
        """A second case, reviewed by others: scored, met on, concluded."""
        table = make_table(self.people, district=self.other)
        body = self.people.applicant_body
        parties = [{"role": "申报主体", "organisation_id": body.pk, "name": body.name, "group": ""}]
        parties += [{"role": "咨询单位", "organisation_id": outside.pk, "name": outside.name, "group": ""}]
        subject = services.ReviewSubject("演示保密新区（虚构）试点申报", "SQ-2026-0099", "试点申报", parties, [], 3)
        hidden = Scene.__new__(Scene)
        hidden.people, hidden.table, hidden.secretary = self.people, table, self.people.secretariat
        hidden.review = services.open_review(table=table, subject=subject, by=self.people.secretariat)
        hidden.to_concluded()
        outbox.drain()
        return hidden.review


def person_kept_out(world):
    """An expert of the first panel; his employer is a party of the second case, so that he must step back from it."""
    member = world.scene.members[0]
    return member.expert.user, member.expert.employments.get().organisation


def different(one, other):
    return sorted(address for address in one.keys() | other.keys() if one.get(address) != other.get(address))


def test_a_conflicted_expert_sees_a_world_without_the_case(transactional_db):
    with clock.at(NOW):
        world = World()
        user, employer = person_kept_out(world)
        guessed = addresses_of(2, 2)
        without = crawl(user, guessed)
        review = world.secret(employer)
        assert (review.pk, review.table_id) == (2, 2)
        assert not PanelMember.objects.filter(review=review, expert__user=user).exists()
        within = crawl(user, guessed)
    assert len(without) > 30
    assert different(without, within) == []
    assert all(within[address][0] == 404 for address in guessed)


def test_before_the_own_scores_are_in_nothing_of_others_shows(transactional_db):
    with clock.at(NOW):
        scene = Scene().to_scoring()
        settle()
        own, *others = scene.members
        extra = [reverse("assessments:review_clause", args=[scene.review.pk, one.item_id]) for one in own.assignments.order_by("pk")[:12]]
        before = crawl(own.expert.user, extra)
        for member in others:
            scene.hand_in(member)
        outbox.drain()
        after = crawl(own.expert.user, extra)
    assert len(before) > 30
    assert different(before, after) == []


def test_the_crawl_sees_what_is_there(transactional_db):
    """The comparison would notice a leak: the secretariat does see the second case appear."""
    with clock.at(NOW):
        world = World()
        _user, employer = person_kept_out(world)
        before = crawl(world.people.secretariat)
        world.secret(employer)
        after = crawl(world.people.secretariat)
    assert any("SQ-2026-0099" in text for _, _, text in after.values())
    assert different(before, after)
