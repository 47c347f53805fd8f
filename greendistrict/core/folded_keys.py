"""Keys that people type, compared without what nobody sees: width, case, dashes, blanks and unseen characters; in Python and in SQL."""

import re
from typing import Any
from unicodedata import normalize

from django.db.models import F, Func, Model, Q, TextField, UniqueConstraint, Window
from django.db.models.functions import RowNumber

ALIKE = "只是写法不同"
ALL_DASHES = "‐‑‒–—―−﹣－"
_DASHES = str.maketrans(dict.fromkeys(ALL_DASHES, "-"))
_OPENING, _CLOSING = "([【", ")]】"
_BRACKETS = str.maketrans(dict.fromkeys(_OPENING, "〔") | dict.fromkeys(_CLOSING, "〕"))
_FORMAT = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
_UNSEEN = re.compile(r"[\s\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]+")


def folded(text: str) -> str:
    """Text by which keys are compared: without blanks and unseen characters, one width, one case, one dash."""
    return _UNSEEN.sub("", normalize("NFKC", _UNSEEN.sub("", text.translate(_DASHES)))).translate(_DASHES).casefold()


def folded_number(text: str) -> str:
    """Number of a paper by which it is compared: 〔2026〕, [2026], （2026） and 【2026】 are one year."""
    return folded(text).translate(_BRACKETS).upper()


def with_plain_dashes(text: str) -> str:
    """The text with one dash for all."""
    return text.translate(_DASHES)


def visible(text: str) -> str:
    """Text as typed, without characters that nobody sees and with one blank for several."""
    return " ".join(_FORMAT.sub("", text).split())


def visible_lines(text: str) -> str:
    """Text as typed, its lines and blanks kept, without characters that nobody sees."""
    return _FORMAT.sub("", text).strip()


_SQL_UNSEEN = r"[\u0009-\u000d\u001c-\u0020\u0085\u00a0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]+"


def _bare(sql: str) -> str:
    return f"translate(regexp_replace({sql}, '{_SQL_UNSEEN}', '', 'g'), '{ALL_DASHES}', '{'-' * len(ALL_DASHES)}')"


_FOLDED = _bare(f"normalize({_bare('%(expressions)s')}, NFKC)")


class Folded(Func):
    """``folded`` of a column in the database, for constraints. Its case is that of the Latin letters, whatever the collation."""

    function = "lower"
    template = f"%(function)s({_FOLDED})"
    output_field = TextField()


class FoldedNumber(Folded):
    """``folded_number`` of a column in the database."""

    function = "upper"
    template = f"translate({Folded.template}, '{_OPENING}{_CLOSING}', '{'〔' * len(_OPENING)}{'〕' * len(_CLOSING)}')"


def later_alike(model: type[Model], key: str, *within: str, **counted: Any) -> list[int]:
    """Primary keys of all but the first of the rows that are ``counted`` and whose keys fold to one ``within`` these fields."""
    rows = model._base_manager.filter(**counted).exclude(**{key: ""})
    among_alike = Window(RowNumber(), partition_by=[*map(F, within), Folded(key)], order_by="pk")
    return [pk for pk, at in rows.annotate(among_alike=among_alike).values_list("pk", "among_alike") if at > 1]


def once_in_district(key: str, *, name: str, words: str, **within: Any) -> UniqueConstraint:
    """A key stands once in a district, however it is written, among rows ``within``; those from before it was so are left out."""
    counted = Q(**within, looks_like_another=False)
    return UniqueConstraint("district", Folded(key), condition=counted, name=name, violation_error_message=words)
