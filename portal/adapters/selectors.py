"""Adapters with how they stand, and their exchanges."""

from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings
from django.db.models import QuerySet

from greendistrict.accounts.viewer import Viewer
from greendistrict.core.toned_words import TonedWord
from portal.adapters.catalogue import ADAPTERS
from portal.adapters.declaration import Adapter
from portal.adapters.models import AdapterLook, Exchange, ExchangeItem
from portal.adapters.rules import may_keep_adapters
from portal.adapters.transports import HAND


class AdapterLine(NamedTuple):
    """An adapter as the page shows it. ``place`` names where it exchanges, without secrets."""

    adapter: Adapter
    place: str
    last: Exchange | None
    look: AdapterLook | None

    @property
    def is_on(self) -> bool:
        """Whether it exchanges."""
        return bool(self.place)

    @property
    def is_by_hand(self) -> bool:
        """Whether a keeper carries the files."""
        return self.place == HAND

    @property
    def can_bring(self) -> bool:
        """Whether a keeper uploads what comes in."""
        return self.is_by_hand and self.adapter.into is not None and self.adapter.into.by_hand

    @property
    def can_carry(self) -> bool:
        """Whether a keeper downloads what goes out."""
        return self.is_by_hand and self.adapter.out is not None and self.adapter.out.is_open

    @property
    def state(self) -> TonedWord:
        """未开启, 开启, or 出错 while the other side is not reached."""
        if not self.place:
            return TonedWord("未开启")
        return TonedWord("出错", "red") if self.look and self.look.error else TonedWord("开启", "green")

    @property
    def why(self) -> str:
        """By which setting it is on or off, and where it exchanges."""
        if not self.place:
            return f"没有设置{self.adapter.setting}"
        if self.is_by_hand:
            ways = "、".join(word for word, can in (("上传", self.can_bring), ("下载", self.can_carry)) if can)
            return f"由管理员{ways}文件" if ways else "不能由管理员交换，请设置文件夹或者网址"
        return f"{self.adapter.setting}={self.place.partition('?')[0]}"


def exchanges_visible_to(viewer: Viewer) -> QuerySet[Exchange]:
    """Exchanges, newest first, for those who look after them."""
    found = Exchange.objects.select_related("by")
    return found if viewer.is_portal or may_keep_adapters(viewer.held) else found.none()


def items_of(exchange: Sequence[Exchange]) -> dict[object, list[ExchangeItem]]:
    """Items of exchanges by their run: keys and reasons, no content."""
    found: dict[object, list[ExchangeItem]] = {}
    for item in ExchangeItem.objects.filter(run__in=[one.run for one in exchange]).defer("content").order_by("pk"):
        found.setdefault(item.run, []).append(item)
    return found


def adapter_lines(viewer: Viewer) -> list[AdapterLine]:
    """Every adapter, on or off."""
    last = {one.adapter: one for one in exchanges_visible_to(viewer).order_by("adapter", "-at", "-pk").distinct("adapter")}
    looks = {look.adapter: look for look in AdapterLook.objects.all()}
    return [AdapterLine(one, settings.ADAPTERS.get(key, ""), last.get(key), looks.get(key)) for key, one in ADAPTERS.items()]
