"""Text of a message outside the inbox: subject, paragraphs and items of one delivery, for every text channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from greendistrict.notifications.channels import choices_of, takes
from greendistrict.notifications.enums import INFORMING, Channel, MessageGroup
from greendistrict.notifications.models import Delivery, Notification

TO_DO, TO_READ = "登录后办理", "可登录查看"


@dataclass(frozen=True)
class DigestItem:
    """One item of a digest, with its link."""

    title: str
    body: str
    label: str
    address: str

    @property
    def last(self) -> str:
        """Last line: where to act or read."""
        return f"{self.label}：{self.address}"


@dataclass(frozen=True)
class Text:
    """Text of a message; the body does not repeat the subject. ``label`` and ``address`` are empty if the items have their own."""

    subject: str
    receiver: str
    body: str
    items: tuple[DigestItem, ...]
    label: str
    address: str
    is_demo: bool

    @property
    def marked_subject(self) -> str:
        """Subject in one line, with fictional data marked."""
        return f"{'【演示数据】' if self.is_demo else ''}{' '.join(self.subject.splitlines())}"


def text_of(delivery: Delivery) -> Text:
    """Text of a delivery; a digest contains the items its receiver wants by this channel."""
    note = delivery.notification
    if not note.lines:
        label = TO_READ if informs(note) else TO_DO
        return Text(note.title, note.receiver.name, note.body, (), label, absolute(note.link), note.is_demo)
    lines = lines_for(delivery)
    if len(lines) == 1:
        (line,) = lines
        return Text(line["title"], note.receiver.name, line["body"], (), label_of(line), absolute(line["link"]), note.is_demo)
    items = tuple(DigestItem(line["title"], line["body"], label_of(line), absolute(line["link"])) for line in lines)
    return Text(digest_title(lines), note.receiver.name, "", items, "", "", note.is_demo)


def lines_for(delivery: Delivery) -> list[Mapping[str, Any]]:
    """Items of a digest that the receiver wants by this channel."""
    note = delivery.notification
    chosen = choices_of([note.receiver]).get(note.receiver_id, {})
    return [line for line in note.lines if takes(MessageGroup(line["group"]), Channel(delivery.channel), chosen)]


def informs(note: Notification) -> bool:
    """Whether the receiver needs to do nothing."""
    return note.informs or note.kind in INFORMING


def label_of(line: Mapping[str, Any]) -> str:
    """Label of an item's link."""
    return TO_READ if line.get("informs") else TO_DO


def digest_title(lines: Sequence[Mapping[str, Any]]) -> str:
    """Subject of a digest: that of a single item, otherwise the number of items of each kind."""
    if len(lines) == 1:
        return str(lines[0]["title"])
    counts: dict[str, int] = {}
    for line in lines:
        counts[line["sort"]] = counts.get(line["sort"], 0) + 1
    return f"到期提醒{len(lines)}项：{'、'.join(f'{sort}{count}项' for sort, count in counts.items())}"


def absolute(link: str) -> str:
    """Absolute URL of a page."""
    return f"{settings.SITE_URL}{link}" if link else settings.SITE_URL


@dataclass(frozen=True)
class Brief:
    """A message without details of people or matters, for channels run by third parties; ``informs``: there is nothing to do."""

    number: int
    words: str
    link: str
    informs: bool


def brief_of(delivery: Delivery) -> Brief:
    """Number of things to do, or if none, of messages to read, with the URL of the inbox."""
    note = delivery.notification
    told = [bool(line.get("informs")) for line in lines_for(delivery)] if note.lines else [informs(note)]
    to_do = told.count(False)
    words = f"您有{to_do}项事项待办，请登录办理" if to_do else f"您有{len(told)}条新消息，可登录查看"
    return Brief(to_do or len(told), words, absolute(reverse("notifications:inbox")), informs=not to_do)


def plain(text: Text) -> str:
    """Text part of a mail."""
    parts = [f"{text.receiver}："]
    parts += [text.body] if text.body else []
    parts += [f"{number}. {item.title}\n{item.body}\n{item.last}" for number, item in enumerate(text.items, start=1)]
    parts += [f"{text.label}：{text.address}"] if text.label else []
    return "\n\n".join(parts) + "\n"
