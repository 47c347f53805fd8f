"""The list as RSS 2.0 and Atom, so that nobody has to look whether something new was announced."""

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed

from greendistrict.core import clock
from portal.publicity.selectors import AMENDMENT, ANNOUNCEMENT, PublicEntry, latest_entries

MOST = 50
MARK = "演示数据"


class PublicityFeed(Feed):  # type: ignore[type-arg]  # no subscript at run time
    """The newest notices and announcements as RSS 2.0."""

    feed_type: type[SyndicationFeed] = Rss201rev2Feed
    title = "上海市绿色生态城区公示公告"
    description = "绿色生态城区试点、示范的公示和公告，公告的更正和撤回"
    language = "zh-CN"

    def link(self) -> str:
        """The page of the same entries."""
        return reverse("portal:publicity")

    def feed_guid(self) -> str:
        """Atom asks for one; the address of the page."""
        return self.link()

    def items(self) -> list[PublicEntry]:
        """Newest first."""
        return latest_entries(clock.today(), MOST)

    def item_title(self, item: Any) -> str:
        """Kind and title; fiction, and what was withdrawn or corrected, is marked."""
        marks = f"{f'【{MARK}】' if item.is_demo else ''}{f'【{item.state}】' if item.kind == ANNOUNCEMENT and item.state else ''}"
        return f"{marks}{item.title}" if item.kind == AMENDMENT else f"{marks}{item.kind_label}：{item.title}"

    def item_description(self, item: Any) -> str:
        """The line below the title on the page."""
        return str(item.note)

    def item_link(self, item: PublicEntry) -> str:
        """Permanent address."""
        return item.href

    def item_pubdate(self, item: PublicEntry) -> dt.datetime:
        """Midnight of the day in Shanghai."""
        return dt.datetime.combine(item.day, dt.time(), clock.SHANGHAI)

    def item_categories(self, item: PublicEntry) -> tuple[str, ...]:
        """公示 or 公告."""
        return (item.kind_label,)


class PublicityAtomFeed(PublicityFeed):
    """The same entries as Atom."""

    feed_type = Atom1Feed
    subtitle = PublicityFeed.description


rss = login_not_required(PublicityFeed())
atom = login_not_required(PublicityAtomFeed())
