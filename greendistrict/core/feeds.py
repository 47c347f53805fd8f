"""Public lists as RSS 2.0 and Atom: what every feed of the portal has in common."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed

MOST = 50
MARK = "演示数据"
View = Callable[..., HttpResponse]


class PublicFeed(Feed):  # type: ignore[type-arg]  # no subscript at run time
    """The newest entries of a public page as RSS 2.0. ``page`` names the page of the same entries."""

    feed_type: type[SyndicationFeed] = Rss201rev2Feed
    language = "zh-CN"
    author_name = "上海市住房和城乡建设管理委员会"
    page: str
    description: str
    item_pubdate: Callable[[Any], dt.datetime | None]

    def link(self) -> str:
        """The page of the same entries."""
        return reverse(self.page)

    def feed_guid(self) -> str:
        """Atom asks for one that holds anywhere: the whole address of the page."""
        return f"{settings.SITE_URL}{self.link()}"

    def subtitle(self) -> str:
        """What Atom calls the description."""
        return self.description

    def item_updateddate(self, item: Any) -> Any:
        """Atom asks for one of every entry: the moment at which it came out."""
        return self.item_pubdate(item)


def marked(title: str, *, demo: bool) -> str:
    """Title of an entry; fiction is marked."""
    return f"【{MARK}】{title}" if demo else title


def rss_and_atom(feed: type[PublicFeed]) -> tuple[View, View]:
    """Views of the same entries in both formats, open to everybody."""
    atom = type(f"{feed.__name__}Atom", (feed,), {"feed_type": Atom1Feed})
    return _open(feed()), _open(atom())


def _open(feed: PublicFeed) -> View:
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return feed(request, *args, **kwargs)

    return login_not_required(view)
