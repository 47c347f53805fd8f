"""Text blocks of reminders (subject and body) by rung and reader; each may be reworded for all kinds of duties or for one kind."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from greendistrict.policy.duty_table import CLIMBING, DutyKind, urged_kinds
from greendistrict.policy.enums import WordingState
from greendistrict.policy.letter_texts import BLOCKS, VARIABLE, TextBlock
from greendistrict.policy.models import LetterWording

PREFIX, OF_KIND, SUBJECT = "due-", "--", "-s"
VARIABLES = ("事项", "城区", "应办单位", "接收单位", "期限", "剩余", "完成标准", "告知对象", "依据")
REQUIRED, SUBJECT_REQUIRED = ("期限", "依据"), ("事项",)
OWN, STAFF = "own", "staff"
BEFORE, DAY, LATE, UP, TOLD = "before", "day", "late", "up", "told"
_READERS = {OWN: "报送单位", STAFF: "受理、审核、评审等办理人员，不须报送的事项的应办单位"}
_RUNGS = {BEFORE: "到期前的提醒", DAY: "到期当日的提醒", LATE: "逾期提醒", UP: "逾期上报后给办理人的提醒", TOLD: "逾期上报给上级的告知"}
_WORDS = {
    (BEFORE, OWN): "请于{期限}（含当日）前报送{接收单位}。依据{依据}。",
    (DAY, OWN): "期限为{期限}（含当日），请按期报送{接收单位}。依据{依据}。",
    (LATE, OWN): "应于{期限}（含当日）前报送{接收单位}，请尽快补报。依据{依据}。",
    (UP, OWN): "应于{期限}（含当日）前报送{接收单位}，尚未报送，已告知{告知对象}。请尽快补报；确有困难的，请书面说明原因。依据{依据}。",
    (TOLD, OWN): "{应办单位}应于{期限}（含当日）前报送{接收单位}，尚未报送，请督促。依据{依据}。",
    (BEFORE, STAFF): "请于{期限}（含当日）前办理，完成标准：{完成标准}。依据{依据}。",
    (DAY, STAFF): "期限为{期限}（含当日），请按期办理，完成标准：{完成标准}。依据{依据}。",
    (LATE, STAFF): "应于{期限}（含当日）前办理，请尽快办理，完成标准：{完成标准}。依据{依据}。",
    (UP, STAFF): "应于{期限}（含当日）前办理，尚未办结，已告知{告知对象}。请尽快办理，完成标准：{完成标准}。依据{依据}。",
    (TOLD, STAFF): "{应办单位}应于{期限}（含当日）前办理，尚未办结，请督促。依据{依据}。",
}


_SUBJECT_WORDS = "{城区}{事项}{剩余}"
# Duties without a day in the policy are asked for repeatedly and are never late.
_OF_KINDS = {
    "due-day-own--endorse": (
        "尚未登记批复和报送函，请抓紧办理。《指导意见》未规定期限，截至{期限}（含当日）未登记的，平台定期提醒。依据{依据}。"
    ),
    "due-day-own-s--endorse": "{城区}{事项}尚未登记",
}


def reader_of(kind: DutyKind) -> str:
    """Whose texts a kind of duty has: those who file something with the city, or those who do something and record it."""
    return OWN if kind.rungs == CLIMBING and kind.is_filed else STAFF


def key_of(rung: str, reader: str, kind: str = "", *, is_subject: bool = False) -> str:
    """Key of a block; with ``kind`` the key of the block for that kind of duty."""
    return f"{PREFIX}{rung}-{reader}{SUBJECT if is_subject else ''}{OF_KIND if kind else ''}{kind}"


def _blocks() -> Iterator[TextBlock]:
    """Blocks of each rung: subject, then body."""
    for (rung, reader), words in _WORDS.items():
        use = f"到期提醒，发给{_READERS[reader]}"
        subject = key_of(rung, reader, is_subject=True)
        yield TextBlock(subject, f"{_RUNGS[rung]}（标题）", use, _SUBJECT_WORDS, VARIABLES, SUBJECT_REQUIRED, is_line=True)
        yield TextBlock(key_of(rung, reader), _RUNGS[rung], use, words, VARIABLES, REQUIRED)


MESSAGE_BLOCKS: Mapping[str, TextBlock] = {block.key: block for block in _blocks()}


def texts_in_force(day: dt.date) -> dict[str, str]:
    """Decided wordings of reminders on a day, by key; one query."""
    rows = LetterWording.objects.filter(key__startswith=PREFIX, status=WordingState.DECIDED, since__lte=day)
    return dict(rows.order_by("since", "number").values_list("key", "text"))


@dataclass(frozen=True)
class ReminderText:
    """Which text block a reader of a rung gets for a kind of duty."""

    rung: str
    reader: str
    kind: str

    def said(self, values: Mapping[str, str], texts: Mapping[str, str], *, is_subject: bool = False) -> str:
        """Subject or body of a reminder, using the decided ``texts``; a duty without a district shows none, or who owes it."""
        own = key_of(self.rung, self.reader, self.kind, is_subject=is_subject)
        return VARIABLE.sub(lambda found: values.get(found[1], ""), _worded(own, texts))


def _worded(own: str, texts: Mapping[str, str]) -> str:
    """Wording for this kind of duty by the city, otherwise by the portal, otherwise the wording for all kinds."""
    general = own.partition(OF_KIND)[0]
    return texts.get(own) or _OF_KINDS.get(own) or texts.get(general) or MESSAGE_BLOCKS[general].default


def block_of(key: str) -> TextBlock:
    """Text block of a letter or reminder; the block of one kind of duty starts with the wording for all kinds. Raises ``KeyError``."""
    if key in BLOCKS:
        return BLOCKS[key]
    general, of_kind, kind = key.partition(OF_KIND)
    block = MESSAGE_BLOCKS[general]
    if not of_kind:
        return block
    title = f"{block.title}：{urged_kinds()[kind]}"
    return replace(block, key=key, title=title, default=_OF_KINDS.get(key, block.default))


def text_on(key: str, day: dt.date) -> str:
    """Wording of a letter or a reminder in force on a day. Raises ``KeyError``."""
    block, general = block_of(key), key.partition(OF_KIND)[0]
    rows = LetterWording.objects.filter(key__in={key, general}, status=WordingState.DECIDED, since__lte=day)
    found = dict(rows.order_by("since", "number").values_list("key", "text"))
    return _worded(key, found) if general in MESSAGE_BLOCKS else found.get(key) or block.default
