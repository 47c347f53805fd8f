"""Blindness as non-interference: who is kept out sees, byte by byte, a portal in which the matter does not exist."""

import datetime as dt
import io
import re
from collections import Counter, deque
from itertools import zip_longest
from urllib.parse import urljoin, urlsplit

import openpyxl
import pytest
from django.test import Client
from django.urls import get_resolver

from approvals.applications.services import drafts
from assessments.experts.models import ExpertProfile
from assessments.reviews.models import PanelMember
from greendistrict.core import clock
from greendistrict.core.cache import outage
from greendistrict.notifications.models import Notification
from greendistrict.processes import until
from greendistrict.workflow import outbox
from indicators.editions.models import Edition
from tests.assessments.browsing import url
from tests.caches import empty
from tests.factories.approvals import REASONS, Filing, fill_table, lay_papers, make_ready_district, published_edition
from tests.factories.reviews import Scene
from tests.steps import step

pytestmark = [pytest.mark.area("assessments", "approvals", "portal/desk"), pytest.mark.django_db(transaction=True, reset_sequences=True)]
NOW = dt.datetime(2026, 11, 20, 10, tzinfo=clock.SHANGHAI)
LINK = re.compile(r'(?:href|hx-get|src)="([^"#]+)')
MASKS = (
    (re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"'), ""),
    (re.compile(r'"X-CSRFToken": ?"[^"]+"'), ""),
    (re.compile(r'nonce="[^"]+"'), ""),
    (re.compile(r'(?:data-session-left=|"left": ?)"?\d+"?'), ""),
    (re.compile(r"<(updated|lastBuildDate)>[^<]+"), ""),  # a feed without entries says the moment it is asked
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "uuid"),
)
PIECE = re.compile(r"(</?(?:tr|li|p|div|section|header|footer|nav|article|form|table|h\d|dt|option)\b[^>]*>)")
VARIES = re.compile(r"\d+|(?<=[=/])[^/=&?]*[%\u4e00-\u9fff][^/&]*")
WORDS = ("SQ-2026-0099", "演示保密新区", "保密")
NEVER = ("/accounts/logout/", "/_components/")
OWN_ACTS = {"/personal/", "/personal/export/", "/accounts/sessions/"}  # list what the person, here the crawl itself, did and nothing else
NEW_EACH_TIME = {"/accounts/factors/app/"}  # offers a secret that is made for each look
PER_SHAPE = 8  # pages of one kind: the clauses of a standard are alike for everybody


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


def shape(address):
    """The kind of a page: its address with what varies blotted out."""
    return VARIES.sub("#", address)


def said(address, answer):
    """What an answer says: cells of a workbook, else its text without what differs from one answer to the next."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body[:2] == b"PK" and "export" in address:
        return cells(body)
    return masked(body.decode(errors="replace"))


def crawl(user, extra=()):
    """What every page says that this person (None: nobody signed in) can reach or guess, masked, by address.

    While Redis does not answer pages show no figures in their frame, so such a crawl is made again.
    """
    for _ in range(3):
        assert until(lambda: not outage.lasts(), 10)
        failed, pages = outage._until, walk(user, extra)
        if outage._until == failed:
            return pages
    msg = "Redis stayed away"
    raise AssertionError(msg)


def walk(user, extra):
    empty()  # counters of the menu are kept for a while
    client = Client()
    if user is not None:
        client.force_login(user)
        client.get("/desk/")
    guessed = [*sorted(set(plain_addresses())), *extra, *(f"/search/?q={word}" for word in WORDS)]
    queue, pages, kinds = deque(guessed), {}, Counter()
    while queue:
        address = queue.popleft()
        kinds[shape(address)] += address not in guessed
        if address in pages or address in OWN_ACTS | NEW_EACH_TIME or address.startswith(NEVER) or kinds[shape(address)] > PER_SHAPE:
            continue
        answer = client.get(address)
        pages[address] = (answer.status_code, answer.headers.get("Location", ""), said(address, answer))
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            queue.extend(links_of(address, pages[address][2]))
    return pages


def links_of(address, text):
    """Where a page leads to within the portal."""
    targets = (urljoin(address, link.replace("&amp;", "&")) for link in LINK.findall(text))
    return [one for one in targets if not urlsplit(one).netloc and not one.startswith("/static/")]


def addresses_of(review, table):
    """Pages of one review that somebody could guess, by keys."""
    steps = ("invitation", "workspace", "rest", "submit", "meeting", "opinion", "pool")
    found = [url("review", review), *(url(f"review_{step}", review) for step in steps)]
    found += [url("review_draw_data", review, 1), url("review_clause", review, "4.1.1")]
    return [*found, url("score_table", table), url("table_version", table, 1)]


def settle():
    """Deliver what was sent so far; opening a message marks it as read, so they all are."""
    outbox.drain()
    Notification.objects.update(read_at=NOW)


class World:
    """A programme with one review that the person sits on, and a district beside it; the secret matter is made last or not at all."""

    def __init__(self):
        self.scene = Scene(extra=6)
        self.people = self.scene.people
        self.filing = Filing.__new__(Filing)
        self.filing.people = self.people
        self.filing.district = make_ready_district(self.people, name="演示保密新区（虚构）", is_demo=True)
        Edition.objects.filter(pk=published_edition().pk).update(status="frozen")  # in use already, which is no secret
        self.scene.to_scoring()
        settle()

    def apply(self):
        """File an application of the district beside and bring it before a panel."""
        filing = self.filing
        filing.case = drafts.start_application(district=filing.district, by=self.people.preparer, edition=published_edition())
        lay_papers(filing.case)
        fill_table(filing.case)
        drafts.save_case(case=filing.case, by=self.people.preparer, star_asked=2, reasons=REASONS)
        filing.fresh()
        filing.to_reviewing()
        outbox.drain()
        hidden = Scene.__new__(Scene)
        hidden.people, hidden.secretary = self.people, self.people.secretariat
        hidden.review, hidden.table = filing.case.review, filing.case.table
        return hidden

    def review_beside(self, outside):
        """A second case with ``outside`` among its parties, scored by others."""
        hidden = self.apply()
        party = {"role": "咨询单位", "organisation_id": outside.pk, "name": outside.name, "group": ""}
        hidden.review.subject["parties"].append(party)
        hidden.review.save(update_fields=["subject"])
        hidden.to_scoring().hand_in(hidden.members[0])
        outbox.drain()
        return hidden

    def conclude(self, hidden):
        """It is met on, concluded and given public notice."""
        hidden.finish_scoring().sign_all()
        step(hidden.review, "conclude", hidden.secretary, conclusion="passed", star=2, star_reason="")
        outbox.drain()
        self.filing.fresh()
        self.filing.do("open_notice", "city_officer")
        outbox.drain()

    def others_hand_in(self):
        """The first panel's other members judge and hand in; one comments on a clause."""
        _, *others = self.scene.members
        item = self.scene.clause(others[0])
        self.scene.judge(others[0], item, "differ", points="0", comment="没有佐证", comment_kind="must")
        for member in others:
            self.scene.hand_in(member)
        outbox.drain()

    def someone_idle(self):
        """An expert on no panel."""
        return ExpertProfile.objects.exclude(pk__in=PanelMember.objects.values("expert_id")).select_related("user").first()

    def someone_kept_out(self):
        """An expert of the first panel; his employer is a party of the second case, so that he is never asked."""
        expert = self.scene.members[0].expert
        return expert.user, expert.employments.get().organisation


def different(one, other):
    return sorted(address for address in one.keys() | other.keys() if one.get(address) != other.get(address))


def lines(text):
    """A page in pieces of the size of a row or a paragraph: pages have no line breaks of their own."""
    return PIECE.sub(r"\n\1\n", text).splitlines()


def news(before, after, address):
    """What a page says now that it did not say before: the words of its lines, and whether it is there at all."""
    old, new = (pages.get(address, (404, "", "")) for pages in (before, after))
    had = Counter(lines(old[2]))
    return old[0], new[0], frozenset(line.strip() for line in lines(new[2]) if not had[line] and line.strip())


def told(one, other):
    """Where two crawls differ, with the first words that do."""
    found = {}
    for address in different(one, other):
        pairs = zip_longest(*(lines(pages.get(address, (404, "", "no such page"))[2]) for pages in (one, other)), fillvalue="")
        found[address] = next(((left[:200], right[:200]) for left, right in pairs if left != right), "status")
    return found


def leaks(person, public):
    """Addresses where the person's two worlds differ in something that nobody-signed-in does not see appear too."""
    everybody = frozenset().union(*(news(*public, address)[2] for address in different(*public)))
    frame = frozenset(line.strip() for _, _, text in person[0].values() for line in lines(text))
    found = {}
    for address in different(*person):
        words = news(*person, address)[2] - (frame if address not in person[0] else frozenset())
        if not words <= everybody or (address in person[0] and not words):
            found[address] = sorted(words - everybody)[:3] or told(*person)[address]
    return found


def test_nobody_reads_of_a_matter_that_he_is_kept_out_of(transactional_db):
    """One world in three states. An expert who has not handed in, in whose absence the others did and a second case was scored, then given
    notice; one on no panel; the applicant's side; whoever stepped back.
    """
    with clock.at(NOW):
        world = World()
        (user, employer), idle, preparer = world.someone_kept_out(), world.someone_idle(), world.people.preparer
        own = world.scene.members[0]
        guessed = addresses_of(2, 2)
        clauses = [url("review_clause", own.review_id, one.item_id) for one in own.assignments.order_by("pk")[:12]]
        before = {"seated": crawl(user, [*guessed, *clauses]), "idle": crawl(idle.user, guessed)}
        world.others_hand_in()
        ExpertProfile.objects.filter(pk=idle.pk).update(available=False)
        hidden = world.review_beside(employer)
        ExpertProfile.objects.filter(pk=idle.pk).update(available=True)
        during = {"seated": crawl(user, [*guessed, *clauses]), "idle": crawl(idle.user, guessed)}
        applicant, plain = crawl(preparer, addresses_of(hidden.review.pk, hidden.table.pk)), crawl(None)
        names = [member.expert.user.name for scene in (hidden, world.scene) for member in scene.members]
        world.conclude(hidden)
        after, seen = crawl(user, [*guessed, *clauses]), crawl(None)
        step(own, "recuse", user, "发现参与过规划编制")
        outbox.drain()
        parted = crawl(user, addresses_of(own.review_id, world.scene.table.pk))
    assert (hidden.review.pk, hidden.review.table_id, len(before["seated"]) > 100) == (2, 2, True)
    assert not PanelMember.objects.filter(expert=idle).exists()
    assert not PanelMember.objects.filter(review=hidden.review, expert__user=user).exists()
    assert {who: told(before[who], during[who]) for who in before} == {"seated": {}, "idle": {}}
    assert different(plain, seen)  # the public notice
    assert leaks((during["seated"], after), (plain, seen)) == {}
    assert all(pages[address][0] == 404 for address in guessed for pages in (after, during["idle"]))
    assert any(hidden.review.subject["number"] in text for _, _, text in applicant.values()), "the own case is there"
    assert [address for address, (_, _, text) in applicant.items() if any(name in text for name in names)] == []
    number, secret = world.scene.review.subject["number"], (f"{world.scene.review}", f"/reviews/{own.review_id}/")
    telling = [address for address, (_, _, text) in parted.items() if number in text or any(word in text for word in secret)]
    assert [address for address in telling if not address.startswith("/messages/")] == []
    assert not any(number in text for _, _, text in parted.values())


def test_the_crawl_sees_what_is_there(transactional_db):
    """The comparison would notice a leak: the secretariat does see the second case appear."""
    with clock.at(NOW):
        world = World()
        pages = ["/assessments/reviews/", "/desk/", "/messages/"]
        before = look(world.people.secretariat, pages)
        world.apply()
        after = look(world.people.secretariat, pages)
    assert different(before, after) == sorted(pages)


def look(user, addresses):
    """Just these pages."""
    empty()
    client = Client()
    client.force_login(user)
    return {address: (200, "", said(address, client.get(address))) for address in addresses}
