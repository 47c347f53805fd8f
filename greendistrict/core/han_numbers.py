"""Numbers written in Chinese: 一万二千 is 12000, 三点五 is 3.5 (pure functions)."""

import re

_DIGITS = {digit: at for at, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"亿": 10**8, "万": 10**4, "": 1}
_UP_TO_9999 = r"(?:[一二两三四五六七八九]千)?(?:零?[一二两三四五六七八九]百)?(?:零?[一二三四五六七八九]?十)?(?:零?[一二两三四五六七八九])?"
_NUMBER = re.compile(rf"(?:({_UP_TO_9999})亿)?(?:零?({_UP_TO_9999})万)?(零?{_UP_TO_9999})(?:点([零〇一二三四五六七八九]+))?")
_SHORT = re.compile(r"[百千万亿][一二两三四五六七八九](?!十|百|千|万|亿)")  # 一万二 may be 12000 or 10002
_BEGINS = re.compile(r"[零〇一二两三四五六七八九十]")
_HAN = re.compile(r"[零〇一二两三四五六七八九十百千万亿点]+")


def written_number(text: str) -> tuple[str, str] | None:
    """A number at the beginning of a text in digits, and what stands behind it; None where none is, or one that can be read in two ways."""
    begins = _HAN.match(text)
    if begins is None or not _BEGINS.match(text):
        return None
    written, rest = begins[0], text[begins.end() :]
    while written and written[-1] in "万亿" and rest and not _is_whole(written):  # of 三万m², 万 is read with the unit as well
        written, rest = written[:-1], written[-1] + rest
    if "点" in written:  # 三点五万 is 3.5 and a unit of ten thousand
        bare = written.rstrip("十百千万亿")
        written, rest = bare, written[len(bare) :] + rest
    if written in {"零", "〇"}:
        return "0", rest
    found = _NUMBER.fullmatch(written)
    if found is None or _SHORT.search(found[0].partition("点")[0]):
        return None
    whole = sum(_small(part or "") * size for part, size in zip(found.groups()[:3], _GROUPS.values(), strict=True))
    places = "".join(str(_DIGITS[digit]) for digit in found[4] or "")
    return f"{whole}{f'.{places}' if places else ''}", rest


def _is_whole(written: str) -> bool:
    return _NUMBER.fullmatch(written) is not None


def _small(part: str) -> int:
    """A number below 10,000."""
    found, digit = 0, None
    for sign in part:
        if sign in _TENS:
            found, digit = found + (1 if digit is None else digit) * _TENS[sign], None
        else:
            digit = _DIGITS[sign] or None
    return found + (digit or 0)
