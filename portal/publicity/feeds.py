"""The public list as RSS 2.0 and Atom feeds."""

import datetime as dt
from typing import Any

from greendistrict.core import clock
from greendistrict.core.feeds import MOST, PublicFeed, marked, rss_and_atom
from outreach.exchange.views.public import EventFeed
from outreach.stories.views import StoryFeed
from portal.publicity.selectors import AMENDMENT, ANNOUNCEMENT, PublicEntry, latest_entries


class PublicityFeed(PublicFeed):
    """The newest notices and announcements."""

    title = "上海市绿色生态城区公示公告"
    description = "绿色生态城区试点、示范的公示和公告，公告的更正和撤回"
    page = "portal:publicity"

    def items(self) -> list[PublicEntry]:
        """Newest first."""
        return latest_entries(clock.today(), MOST)

    def item_title(self, item: Any) -> str:
        """Kind and title; fictional, withdrawn and corrected entries are marked."""
        state = f"【{item.state}】" if item.kind == ANNOUNCEMENT and item.state else ""
        kind = "" if item.kind == AMENDMENT else f"{item.kind_label}："
        return marked(f"{state}{kind}{item.title}", demo=item.is_demo)

    def item_description(self, item: Any) -> str:
        """The line shown below the title on the page."""
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


class Newsletter(PublicFeed):
    """The newest of all publications: notices and announcements, stories, events; each worded as in its own feed."""

    title = "上海市绿色生态城区简讯"
    description = "公示公告、案例和交流活动，新的在前"
    page = "portal:publicity"

    def items(self) -> list[tuple[PublicFeed, Any]]:
        """Pairs of feed and entry, newest first."""
        parts: tuple[PublicFeed, ...] = (PublicityFeed(), StoryFeed(), EventFeed())
        found = [(part, one) for part in parts for one in part.items()]
        return sorted(found, key=self.item_pubdate, reverse=True)[:MOST]

    def item_title(self, item: Any) -> str:
        """As in the entry's own feed; likewise below."""
        return str(item[0].item_title(item[1]))

    def item_description(self, item: Any) -> str:
        """As in the entry's own feed."""
        return str(item[0].item_description(item[1]))

    def item_link(self, item: tuple[PublicFeed, Any]) -> str:
        """Permanent address."""
        return str(item[0].item_link(item[1]))

    def item_pubdate(self, item: tuple[PublicFeed, Any]) -> dt.datetime:
        """Time of publication."""
        moment: dt.datetime = item[0].item_pubdate(item[1])  # type: ignore[assignment]  # every public entry has a time of publication
        return moment

    def item_categories(self, item: tuple[PublicFeed, Any]) -> tuple[str, ...]:
        """As in the entry's own feed."""
        return tuple(item[0].item_categories(item[1]))


rss, atom = rss_and_atom(PublicityFeed)
newsletter_rss, newsletter_atom = rss_and_atom(Newsletter)
