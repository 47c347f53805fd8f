"""Base of the public RSS 2.0 and Atom feeds."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.views.decorators.http import conditional_page

MOST = 50
MARK = "演示数据"
View = Callable[..., HttpResponse]


class PublicFeed(Feed):  # type: ignore[type-arg]  # no subscript at run time
    """Newest entries of a public page as RSS 2.0. ``page`` is the URL name of the page with the same entries."""

    feed_type: type[SyndicationFeed] = Rss201rev2Feed
    language = "zh-CN"
    author_name = "上海市住房和城乡建设管理委员会"
    page: str
    description: str
    item_pubdate: Callable[[Any], dt.datetime | None]

    def link(self) -> str:
        """Page with the same entries."""
        return reverse(self.page)

    def feed_guid(self) -> str:
        """Globally unique id required by Atom: the absolute URL of the page."""
        return f"{settings.SITE_URL}{self.link()}"

    def subtitle(self) -> str:
        """Atom's name for the description."""
        return self.description

    def item_updateddate(self, item: Any) -> Any:
        """Update time required by Atom for every entry: its publication time."""
        return self.item_pubdate(item)


def marked(title: str, *, demo: bool) -> str:
    """Title of an entry; demonstration data are marked."""
    return f"【{MARK}】{title}" if demo else title


def rss_and_atom(feed: type[PublicFeed]) -> tuple[View, View]:
    """Views of the same entries in both formats."""
    atom = type(f"{feed.__name__}Atom", (feed,), {"feed_type": Atom1Feed})
    return _open(feed()), _open(atom())


def _open(feed: PublicFeed) -> View:
    @conditional_page  # a reader that has it already is answered 304
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return feed(request, *args, **kwargs)

    return view
