"""Folding of keys: the database folds like the program."""

import unicodedata

import pytest
from django.db import connection
from django.db.models import Value

from districts.file.models.district import District
from greendistrict.core.folded_keys import ALL_DASHES, Folded, folded
from tests.factories.districts import make_district

WRITTEN = (
    *("YS01-001", "ＹＳ01－001", "ys01–001", "YS01 -001", "YS01-001\u200b", "\ufeffYS01-001\u2060", "YS01\u2011001"),
    *("YS01\u00a0-\u3000001", "YS01-\n001\t", "ＹS01−００1"),
)
BLANKS = "".join(map(chr, (*range(9, 14), *range(28, 33), 133, 160, 0x2028, 0x202F)))


@pytest.mark.django_db
def test_the_database_folds_like_the_program(people):
    make_district(people)
    texts = [*WRITTEN, *ALL_DASHES, "规划一路（A）", "规划一路(a) ", "㎡ ① ﬁ Ⅷ ｶﾞ", BLANKS]
    found = District.objects.values_list(*(Folded(Value(text)) for text in texts)).first()
    assert list(found) == [folded(text) for text in texts]
    assert {folded(text) for text in WRITTEN} == {"ys01-001"}


@pytest.mark.django_db
def test_what_the_database_takes_for_the_same_the_program_does_too():
    """Otherwise a row that the program takes would break the constraint."""
    texts = [chr(code) for code in range(33, 0x3000) if unicodedata.category(chr(code)) not in {"Cc", "Cn", "Cs", "Co"}]
    query = f"SELECT one, {Folded.template} FROM unnest(%%s::text[]) AS one"  # noqa: S608 -- our expression
    by_database: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(query % {"function": "lower", "expressions": "one"}, [texts])
        for one, fold in cursor.fetchall():
            by_database.setdefault(fold, set()).add(folded(one))
    assert {fold: found for fold, found in by_database.items() if len(found) > 1} == {}
