"""A question that people answer at once and programs do not, asked under load only: plain text, no picture, no script, no other host.

The token holds a keyed digest of the answer, not the answer; each is good for one try within two hours.
"""

import secrets
import unicodedata
from typing import NamedTuple

from django.core.signing import BadSignature, TimestampSigner
from django.utils.crypto import constant_time_compare, salted_hmac

from greendistrict.core import limits
from greendistrict.core.rounding import chinese

SECONDS = 2 * 3600
SALT = "outreach.question"
LONGEST = 20
GROUPS = (
    ("红", "黄", "蓝", "白"), ("春", "夏", "秋", "冬"), ("东", "南", "西", "北"),
    ("松树", "柳树", "杨树", "樟树"), ("苹果", "香蕉", "葡萄", "西瓜"),
)  # fmt: skip
PLACES = "一二三四"
NUMERALS = {chinese(number): str(number) for number in range(1, 100)} | {"两": "2"}


class HumanQuestion(NamedTuple):
    """A question in words, and the token that goes with its answer."""

    text: str
    token: str


def new_question() -> HumanQuestion:
    """A question of one of three kinds."""
    text, answer = secrets.choice((_sum, _stranger, _sign))()
    nonce = secrets.token_urlsafe(12)
    return HumanQuestion(text, TimestampSigner(salt=SALT).sign(f"{nonce}.{_digest(nonce, answer)}"))


def _sum() -> tuple[str, str]:
    one, other = secrets.randbelow(8) + 2, secrets.randbelow(8) + 2
    return f"{chinese(one)}加{chinese(other)}等于几？", str(one + other)


def _stranger() -> tuple[str, str]:
    own, other = secrets.SystemRandom().sample(GROUPS, 2)
    answer = secrets.choice(other)
    words = [*secrets.SystemRandom().sample(own, 3), answer]
    secrets.SystemRandom().shuffle(words)
    return f"{'、'.join(words)}，哪一个和其他三个不是一类？", answer


def _sign() -> tuple[str, str]:
    word, at = secrets.choice(("绿色生态", "公园城市", "海绵城市", "低碳生活")), secrets.randbelow(4)
    return f"“{word}”的第{PLACES[at]}个字是什么？", word[at]


def is_right(token: str, answer: str) -> bool:
    """Whether the answer belongs to the token; uses the token up."""
    try:
        nonce, _, digest = TimestampSigner(salt=SALT).unsign(token, max_age=SECONDS).partition(".")
    except BadSignature:
        return False
    return limits.within(f"outreach:question:{nonce}", 1, seconds=SECONDS) and constant_time_compare(digest, _digest(nonce, answer))


def _digest(nonce: str, answer: str) -> str:
    plain = unicodedata.normalize("NFKC", answer[:LONGEST]).strip('　 。.，,“”"')
    return salted_hmac(SALT, f"{nonce}:{NUMERALS.get(plain, plain)}", algorithm="sha256").hexdigest()
