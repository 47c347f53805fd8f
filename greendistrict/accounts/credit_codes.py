"""统一社会信用代码 (GB 32100): eighteen characters, the last one a check character (pure functions)."""

import unicodedata

from django.core.exceptions import ValidationError

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V and Z, which look like digits
LENGTH = 18
_WEIGHTS = tuple(pow(3, place, len(ALPHABET)) for place in range(LENGTH - 1))


def normalised(typed: str) -> str:
    """Code in stored form: half-width upper case without spaces and hyphens."""
    return "".join(unicodedata.normalize("NFKC", typed).upper().split()).replace("-", "")


def check_character(body: str) -> str:
    """Check character for the first seventeen. Raises ``ValueError`` for a character not allowed in codes."""
    total = sum(ALPHABET.index(sign) * weight for sign, weight in zip(body, _WEIGHTS, strict=True))
    return ALPHABET[-total % len(ALPHABET)]


def wrong_with(code: str) -> str:
    """Error of a normalised code in words; empty for a valid one."""
    if len(code) != LENGTH:
        return f"统一社会信用代码是18位，这里有{len(code)}位"
    if strange := next((sign for sign in code if sign not in ALPHABET), ""):
        return f"统一社会信用代码里不会有“{strange}”，只用数字和除I、O、S、V、Z以外的大写字母"
    if code[-1] != check_character(code[:-1]):
        return "统一社会信用代码的校验位不符，请对照登记证书逐位核对"
    return ""


def validate_credit_code(code: str) -> None:
    """Raise ``ValidationError`` for a code that is not valid."""
    if wrong := wrong_with(code):
        raise ValidationError(wrong, code="credit_code")
