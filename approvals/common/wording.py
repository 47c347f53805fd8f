"""Shared wording: verbs of a loss of title, when a case locks its standard, and running numbers as in official papers."""

from approvals.common.enums import LossGround
from greendistrict.core.toned_words import TonedWord

EDITION_LOCKED = "建立办件时锁定"  # with the score table, which is opened under that edition and keeps it
UNANSWERED = TonedWord("待答复", "amber")  # question, consultation, objection or remedy
WORDS = {LossGround.CANCEL: "取消", LossGround.REVOKE: "撤销"}


DIGITS = "零一二三四五六七八九"
TEN = 10


def batch_word(number: int) -> str:
    """Batch number below 100 as written in announcements: 5 → 五, 12 → 十二, 20 → 二十."""
    tens, ones = divmod(number, TEN)
    if not tens:
        return DIGITS[ones]
    return f"{DIGITS[tens] if tens > 1 else ''}十{DIGITS[ones] if ones else ''}"
