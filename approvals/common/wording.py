"""Shared wording: running numbers as in official papers, and the remedies named in a decision."""

from approvals.common.enums import LossGround

WORDS = {LossGround.CANCEL: "取消", LossGround.REVOKE: "撤销"}


DIGITS = "零一二三四五六七八九"
TEN = 10
REMEDIES = "不服本决定的，可以自收到决定书之日起六十日内向上海市人民政府申请行政复议，也可以在六个月内依法向人民法院提起行政诉讼。"


def batch_word(number: int) -> str:
    """Batch number below 100 as written in announcements: 5 → 五, 12 → 十二, 20 → 二十."""
    tens, ones = divmod(number, TEN)
    if not tens:
        return DIGITS[ones]
    return f"{DIGITS[tens] if tens > 1 else ''}十{DIGITS[ones] if ones else ''}"
