"""A feed reader that knows nothing of the portal (feedparser) reads every feed in both formats as it is meant."""

import feedparser
import pytest
from django.urls import reverse

from greendistrict.core.feeds import MARK
from tests.factories.once import copy_of, once
from tests.portal.feeds.test_feeds import FEEDS, filled

pytestmark = pytest.mark.django_db
world = once(filled)
entered = copy_of("world")


def read(client, name):
    answer = client.get(reverse(name))
    headers = {"content-type": answer["Content-Type"], "content-location": f"http://testserver{reverse(name)}"}
    found = feedparser.parse(answer.content, response_headers=headers)
    assert not found.bozo, found.get("bozo_exception")
    return found


@pytest.mark.parametrize("feed", FEEDS)
def test_a_reader_finds_the_same_entries_in_both_formats(client, entered, feed):
    rss, atom = read(client, f"{feed}_rss"), read(client, f"{feed}_atom")
    assert (rss.version, atom.version) == ("rss20", "atom10")
    assert rss.feed.title == atom.feed.title
    told = [[(one.id, one.title, one.link) for one in found.entries] for found in (rss, atom)]
    assert told[0] == told[1] != []
    assert all(MARK in title for _, title, _ in told[0])
    moments = [[one.published_parsed for one in found.entries] for found in (rss, atom)]
    assert moments[0] == moments[1]
    assert moments[0] == sorted(moments[0], reverse=True)
