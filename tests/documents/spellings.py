"""The same XML in other spellings: a parser reads the same from each, a search through the bytes does not.

What is given has double quotes, prefixes of one letter, and no declaration.
"""

import re
from collections.abc import Callable
from html import unescape

TEXT, VALUE, PREFIX = (
    re.compile(r">([^<>]+)<"),
    re.compile(r'(\s(?!xmlns)[\w:]+=)"([^"]*)"'),
    re.compile(r"(</?|\sxmlns:|\s)([a-z])(?=:\w|=\")"),
)
STRICT = {"wordprocessingml/2006": "wordprocessingml", "spreadsheetml/2006": "spreadsheetml", "officeDocument/2006": "officeDocument"}


def _signs(form: str) -> Callable[[str], str]:
    def spelt_out(xml: str) -> str:
        def signs(text: str) -> str:
            return "".join(form.format(ord(sign)) for sign in unescape(text))

        return VALUE.sub(lambda one: f'{one[1]}"{signs(one[2])}"', TEXT.sub(lambda one: f">{signs(one[1])}<", xml))

    return spelt_out


def _cdata(xml: str) -> str:
    return TEXT.sub(lambda one: f"><![CDATA[{unescape(one[1])[:2]}]]><!-- --><![CDATA[{unescape(one[1])[2:]}]]><", xml)


def _strict(xml: str) -> str:
    for plain, strict in STRICT.items():
        xml = xml.replace(f"http://schemas.openxmlformats.org/{plain}", f"http://purl.oclc.org/ooxml/{strict}")
    return xml


def _declared(encoding: str, codec: str, sign: bytes = b"") -> Callable[[str], bytes]:
    return lambda xml: sign + f'<?xml version="1.0" encoding="{encoding}"?>{xml}'.encode(codec)


SPELLINGS: dict[str, Callable[[str], str | bytes]] = {
    "as Office writes it": str,
    "other prefixes": lambda xml: PREFIX.sub(r"\1zz\2", xml),
    "decimal references": _signs("&#{};"),
    "hexadecimal references": _signs("&#x{:x};"),
    "references with zeros": _signs("&#0000{};"),
    "CDATA": _cdata,
    "comments inside": lambda xml: TEXT.sub(lambda one: f">{one[1][:1]}<!-- x --><?x y?>{one[1][1:]}<", xml),
    "single quotes": lambda xml: VALUE.sub(lambda one: "{}'{}'".format(one[1], one[2].replace("'", "&apos;")), xml),
    "line breaks in tags": lambda xml: VALUE.sub(lambda one: f'\r\n\t{one[1][1:-1]}\n=\n"{one[2]}"\n', xml),
    "UTF-16 little": _declared("UTF-16", "utf-16-le", b"\xff\xfe"),
    "UTF-16 big": _declared("UTF-16", "utf-16-be", b"\xfe\xff"),
    "UTF-8 with a mark": lambda xml: b"\xef\xbb\xbf" + xml.encode(),
    "other encoding": _declared("ISO-8859-1", "latin-1"),
    "strict": _strict,
}


def spelt(xml: str, spelling: str) -> str | bytes:
    """The XML in one of ``SPELLINGS``."""
    return SPELLINGS[spelling](xml)
