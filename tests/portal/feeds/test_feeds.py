"""Every feed of the portal holds what RFC 4287 and RSS 2.0 ask for, and both formats name the same entries."""

import datetime as dt
import re
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import feedparser
import pytest
from django.urls import get_resolver, reverse
from lxml import etree

from approvals.cases.models.correspondence import Notice
from greendistrict.core import clock
from greendistrict.core.feeds import MARK
from tests.factories.accounts import cast
from tests.factories.approvals import Filing
from tests.factories.once import copy_of, once
from tests.outreach.exchange.world import published
from tests.outreach.stories.world import make_story, pilot
from tests.steps import step

ATOM = "{http://www.w3.org/2005/Atom}"
ONCE_OF_FEED = ("id", "title", "updated", "subtitle")
ONCE_OF_ENTRY = ("id", "title", "updated", "summary")
STRICT = etree.XMLParser(resolve_entities=False, no_network=True, recover=False)


def _story(people):
    story = make_story(people)
    step(story, "submit", people.authority)
    step(story, "release", people.city_officer)


def _notice(people):
    Notice.objects.create(case=Filing(people).case, title="演示公示（虚构）", body="演示", opens_on=clock.today(), closes_on=clock.today())


# An entry for each feed of the portal, by the name of its routes; those of the newsletter are those of the others.
FILLED = {"outreach:event": published, "outreach:story": _story, "portal:newsletter": lambda _: None, "portal:publicity": _notice}


SPACES = {space: inner.reverse_dict for space, (_, inner) in get_resolver().namespace_dict.items()}
NAMES = [f"{space}:{name}" for space, inner in SPACES.items() for name in inner if isinstance(name, str)]
FEEDS = sorted({name.rpartition("_")[0] for name in NAMES if name.endswith(("_rss", "_atom"))})


def filled():
    people = cast()
    for fill in FILLED.values():
        fill(people)
    return people


world = once(filled)
entered = copy_of("world")


def read(client, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    return answer, etree.fromstring(answer.content, STRICT)


def words(node, name):
    """Text of the one child of this name."""
    [found] = node.findall(name)
    assert (found.text or "").strip(), f"{name} is empty"
    return found.text


def whole(address):
    parts = urlsplit(address)
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and not re.search(r"\s", address)


@pytest.mark.parametrize("kind", ["rss", "atom"])
@pytest.mark.parametrize("feed", FEEDS)
def test_a_feed_that_is_unchanged_is_not_sent_again(client, entered, feed, kind):
    address = reverse(f"{feed}_{kind}")
    mark = client.get(address)["ETag"]
    again = client.get(address, headers={"if-none-match": mark})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", mark)
    if feed == "portal:publicity":
        Notice.objects.update(title="另一件公示（虚构）")
        assert client.get(address, headers={"if-none-match": mark}).status_code == 200


@pytest.mark.parametrize("feed", FEEDS)
def test_atom_holds_what_rfc_4287_asks_for(client, entered, feed):
    answer, tree = read(client, f"{feed}_atom")
    assert answer["Content-Type"].startswith("application/atom+xml")
    assert tree.tag == f"{ATOM}feed"
    assert all(words(tree, f"{ATOM}{name}") for name in ONCE_OF_FEED)
    assert whole(words(tree, f"{ATOM}id"))
    assert words(tree.find(f"{ATOM}author"), f"{ATOM}name")
    links = {one.get("rel"): one.get("href") for one in tree.findall(f"{ATOM}link")}
    assert links.keys() == {"alternate", "self"}
    assert all(map(whole, links.values()))
    assert urlsplit(links["self"]).path == reverse(f"{feed}_atom")
    entries = tree.findall(f"{ATOM}entry")
    assert entries
    keys = [words(one, f"{ATOM}id") for one in entries]
    assert len(set(keys)) == len(keys)
    for entry in entries:
        said = {name: words(entry, f"{ATOM}{name}") for name in ONCE_OF_ENTRY}
        assert whole(said["id"])
        assert MARK in said["title"]
        assert dt.datetime.fromisoformat(said["updated"]).tzinfo
        [address] = [one.get("href") for one in entry.findall(f"{ATOM}link") if one.get("rel") == "alternate"]
        assert whole(address)
        assert client.get(urlsplit(address).path).status_code == 200
        assert all(one.get("term") for one in entry.findall(f"{ATOM}category"))


@pytest.mark.parametrize("feed", FEEDS)
def test_rss_holds_what_rss_2_asks_for(client, entered, feed):
    answer, tree = read(client, f"{feed}_rss")
    assert answer["Content-Type"].startswith("application/rss+xml")
    assert (tree.tag, tree.get("version")) == ("rss", "2.0")
    [channel] = tree
    assert all(words(channel, name) for name in ("title", "description", "language"))
    assert whole(words(channel, "link"))
    assert parsedate_to_datetime(words(channel, "lastBuildDate")).tzinfo
    [own] = channel.findall(f"{ATOM}link")
    assert (own.get("rel"), urlsplit(own.get("href")).path) == ("self", reverse(f"{feed}_rss"))
    items = channel.findall("item")
    assert items
    for item in items:
        assert all(words(item, name) for name in ("title", "description", "pubDate"))
        assert whole(words(item, "link"))
        assert parsedate_to_datetime(words(item, "pubDate")).tzinfo
        assert words(item, "guid") == words(item, "link") or item.find("guid").get("isPermaLink") == "false"


def test_the_newsletter_names_what_the_other_feeds_name_newest_first(client, entered):
    assert sorted(FILLED) == FEEDS

    def titles(name):
        _, tree = read(client, name)
        return [(words(one, f"{ATOM}updated"), words(one, f"{ATOM}title")) for one in tree.findall(f"{ATOM}entry")]

    others = [pair for feed in FEEDS if feed != "portal:newsletter" for pair in titles(f"{feed}_atom")]
    found = titles("portal:newsletter_atom")
    assert sorted(found) == sorted(others)
    assert len(found) == len(FEEDS) - 1
    days = [dt.datetime.fromisoformat(moment) for moment, _ in found]
    assert days == sorted(days, reverse=True)


def test_a_title_with_signs_of_xml_stays_a_title(client, entered):
    story = make_story(entered, district=pilot(entered, name="演示符号城（虚构）"), title="<b>甲 & 乙</b>（虚构）")
    step(story, "submit", entered.authority)
    step(story, "release", entered.city_officer)
    _, tree = read(client, "outreach:story_atom")
    assert words(tree.find(f"{ATOM}entry"), f"{ATOM}title") == f"【{MARK}】<b>甲 & 乙</b>（虚构）"


def parsed(client, name):
    answer = client.get(reverse(name))
    headers = {"content-type": answer["Content-Type"], "content-location": f"http://testserver{reverse(name)}"}
    found = feedparser.parse(answer.content, response_headers=headers)
    assert not found.bozo, found.get("bozo_exception")
    return found


@pytest.mark.parametrize("feed", FEEDS)
def test_a_reader_finds_the_same_entries_in_both_formats_and_no_cookie(client, entered, feed):
    assert not client.get(reverse(f"{feed}_rss")).cookies
    rss, atom = parsed(client, f"{feed}_rss"), parsed(client, f"{feed}_atom")
    assert (rss.version, atom.version) == ("rss20", "atom10")
    assert rss.feed.title == atom.feed.title
    told = [[(one.id, one.title, one.link) for one in found.entries] for found in (rss, atom)]
    assert told[0] == told[1] != []
    assert all(MARK in title for _, title, _ in told[0])
    moments = [[one.published_parsed for one in found.entries] for found in (rss, atom)]
    assert moments[0] == moments[1]
    assert moments[0] == sorted(moments[0], reverse=True)
