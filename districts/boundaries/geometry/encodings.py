"""In which encoding a file of outlines or its table is written: by its mark, by what it states, and by what it holds."""

import re

# Encodings that files state, as Python has them; GB 18030 holds what GB 2312 and GBK do.
GBK = dict.fromkeys(("gb2312", "gbk", "gb18030", "cp936", "936", "ansi 936", "54936"), "gb18030")
BIG5 = dict.fromkeys(("big5", "big-5", "cp950", "950", "ansi 950"), "big5")
ENCODINGS = {"utf-8": "utf-8", "utf8": "utf-8", "65001": "utf-8", **GBK, **BIG5}
# Two bytes a sign, by the mark or by the first sign of a file that has none.
WIDE = dict.fromkeys((b"\xff\xfe", b"\xfe\xff"), "utf-16")
WIDE |= {sign.encode(code): code for sign in "<{[" for code in ("utf-16-le", "utf-16-be")}
MARK = b"\xef\xbb\xbf"
DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)""")
SHORT = re.compile(r"[\u0080-\u07ff]")  # two bytes in UTF-8, as two-byte signs of GBK can be: 学 is also Cyrillic ѧ
USUAL_BIG5 = (b"\xa1\x40", b"\xc6\x7e")
SEVERAL, RARE_SHARE = 2, 0.25  # signs of GBK beyond GB 2312
JUDGED = 100_000  # signs
USUAL = re.compile(r"[°±²³·×]")  # of these what Chinese texts have
LETTERS = re.compile(
    r"[À-ÖØ-öø-ÿα-ω]"
)  # with which plots are numbered; in GBK hardly all signs of a file are among 伪 (α) to 谓 (ν) or 茅 (é)


def text_of(content: bytes) -> str:
    """The file as text; empty if it is none."""
    stated = DECLARED.match(content)
    named = ENCODINGS.get(stated[1].decode().lower(), "") if stated else ""
    marked = WIDE.get(content[:2]) or ("utf-8-sig" if content.startswith(MARK) else "")
    for encoding in filter(None, (marked, *tried(content, named, is_utf8=not named))):
        if (text := _decoded(content, encoding)) is not None:
            return text.strip()
    return ""


def tried(content: bytes, stated: str, *, is_utf8: bool = False) -> tuple[str, ...]:
    """Encodings to try, the likeliest first. ``stated`` is one of Python's, empty for none; ``is_utf8``: the format is, unless stated.

    Text in UTF-8 is what it is whatever is stated, since hardly any other text can be read so; surveying software also writes GBK without
    stating it.
    """
    text = _decoded(content, "utf-8")
    if text is None:
        likely = "big5" if _is_big5(content) else "gb18030"
        return tuple(dict.fromkeys((*((stated,) if stated not in {"", "utf-8"} else ()), likely, "gb18030", "utf-8")))
    short = USUAL.sub("", "".join(SHORT.findall(text)))
    short = LETTERS.sub("", short) if is_utf8 else short
    is_doubtful = bool(short) and not any(sign > "\u07ff" for sign in text)
    if is_doubtful and stated != "utf-8" and _decoded(content, stated or "gb18030") is not None:
        return (stated or "gb18030", "utf-8")
    return tuple(filter(None, ("utf-8", stated, "gb18030")))


def _is_big5(content: bytes) -> bool:
    """Whether all signs are among the usual ones of Big5, and too many for GBK are none of GB 2312, whose others are rare."""
    text, other = _decoded(content, "big5"), _decoded(content, "gb18030")
    if text is None or other is None:
        return text is not None
    signs = [sign for sign in other[:JUDGED] if not sign.isascii()]
    rare = sum(_encoded(sign, "gb2312") is None for sign in signs)
    if rare < SEVERAL or rare < len(signs) * RARE_SHARE:
        return False
    return all(USUAL_BIG5[0] <= sign.encode("big5") <= USUAL_BIG5[1] for sign in text[:JUDGED] if not sign.isascii())


def _encoded(sign: str, encoding: str) -> bytes | None:
    try:
        return sign.encode(encoding)
    except UnicodeEncodeError:
        return None


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None
