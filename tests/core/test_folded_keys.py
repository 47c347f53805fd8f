"""Folding of keys: the database folds like the program."""

import unicodedata

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Q, Value

from carbon.metering.models import Meter
from districts.file.models.district import District
from districts.file.models.parties import DistrictPaper, RenewalProject, SubArea
from districts.file.services import hold_constraints
from greendistrict.core.errors import Refused
from greendistrict.core.folded_keys import ALL_DASHES, Folded, FoldedNumber, folded, folded_number, visible
from greendistrict.core.folded_rows import OnceFolded, marking
from tests.factories.districts import make_district
from tests.factories.meters import MeterFactory

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
def test_brackets_of_a_paper_number_are_one_in_the_database_and_in_the_program(people):
    make_district(people)
    texts = [
        "沪建〔2026〕8号",
        "沪建[2026]8号",
        "沪建（2026）8 号",
        "沪建(2026)8号",
        "沪建【2026】8号",
        "沪建［2026］8号",
        "sq-2026-0001",
        "㎡ ① ﬁ",
    ]
    found = District.objects.values_list(*(FoldedNumber(Value(text)) for text in texts)).first()
    assert list(found) == [folded_number(text) for text in texts]
    assert {folded_number(text) for text in texts} == {"沪建〔2026〕8号", "SQ-2026-0001", "M21FI"}


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


KEYED = {District: "name", SubArea: "name", DistrictPaper: "title", RenewalProject: "name", Meter: "code"}
SPELLINGS = ("甲－1\u200b区", "甲-1区\ufeff", "甲–1 区", "甲\u20111区", " 甲 -1区", "甲-１区")


def keyed(model, district, typed):
    if model is Meter:
        return MeterFactory.build(district=district, code=typed)
    if model is District:
        return District(code=f"xin-{District.objects.count()}", name=typed)
    kind = {"kind": model._meta.get_field("kind").choices[0][0]} if model is not SubArea else {}
    return model(district=district, **{KEYED[model]: typed}, **kind)


@pytest.mark.django_db
@pytest.mark.parametrize("model", KEYED)
def test_a_key_stands_once_in_form_service_and_database(model):
    district = make_district(name="甲-1区" if model is District else "演示区（虚构）")
    first = district if model is District else keyed(model, district, "甲-1区")
    first.save()
    for typed in SPELLINGS:
        row = keyed(model, district, typed)
        with pytest.raises(ValidationError) as wrong:
            row.full_clean()
        if visible(typed) != "甲-1区":  # else it is the same once what nobody sees is gone
            assert wrong.value.message_dict[KEYED[model]] == [f"已有“甲-1区”，与“{visible(typed)}”只是写法不同"]
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()
    again = keyed(model, district, "乙\u200b  区")
    again.save()
    assert getattr(again, KEYED[model]) == "乙 区"


@pytest.mark.django_db
def test_rows_of_before_are_marked_and_named_until_they_are_renamed(capsys):
    district = make_district()
    SubArea.objects.create(district=district, name="甲区")
    second = SubArea(district=district, name="甲 区", looks_like_another=True)
    SubArea.objects.bulk_create([second])
    SubArea.objects.filter(pk=second.pk).update(looks_like_another=True)
    marking("districts", {"SubArea": ("name", ("district",))})(apps, None)
    assert "SubArea '甲 区'" in capsys.readouterr().out
    second.refresh_from_db()
    second.full_clean()
    second.save()
    assert second.looks_like_another
    second.name = "乙区"
    second.save()
    assert not second.looks_like_another


def pair(model):
    """A row, another of before that is only written otherwise and marked, and the name of their key."""
    district = make_district(name="甲-1区" if model is District else "演示区（虚构）", type="renewal")
    first = district if model is District else keyed(model, district, "甲-1区")
    first.save()
    second, key = keyed(model, district, "乙区"), KEYED[model]
    second.save()
    model.objects.filter(pk=second.pk).update(**{key: "甲－1 区"}, looks_like_another=True)
    second.refresh_from_db()
    return first, second, key


@pytest.mark.django_db
@pytest.mark.parametrize("model", KEYED)
def test_both_of_a_pair_of_before_can_be_saved_and_a_third_can_not(model):
    first, second, key = pair(model)
    for row in (first, second):
        row.full_clean()
        hold_constraints(row)
        row.save()
    assert list(model.objects.order_by("pk").values_list("looks_like_another", flat=True)) == [False, True]
    third = keyed(model, first if model is District else first.district, "丙区")
    third.save()
    setattr(second, key, "丙 区")
    with pytest.raises(ValidationError, match="已有“丙区”"):
        second.full_clean()
    setattr(third, key, "甲–1区")
    with pytest.raises(ValidationError, match="已有“甲-1区”"):
        third.full_clean()
    third.full_clean(exclude=[key])  # a form without the key has no place for its error


@pytest.mark.django_db
@pytest.mark.parametrize("model", KEYED)
def test_a_new_or_changed_key_is_compared_with_the_marked_ones_too(model):
    first, second, key = pair(model)
    setattr(first, key, "丙区")
    first.full_clean()
    first.save()
    third = keyed(model, first if model is District else first.district, "丁区")
    third.save()
    for row in (first, third, keyed(model, first if model is District else first.district, "")):
        setattr(row, key, "甲-1区")
        with pytest.raises(ValidationError, match="已有“甲－1 区”"):
            row.full_clean()
        with pytest.raises(Refused, match="已有“甲－1 区”"):
            hold_constraints(row)
    second.full_clean()
    second.save()
    assert not model.objects.get(pk=second.pk).looks_like_another, "the only one by now"


@pytest.mark.django_db
def test_a_key_that_moves_to_another_district_is_compared_there():
    first, second, _ = pair(SubArea)
    other = SubArea.objects.create(district=make_district(), name=first.name)
    other.district = second.district
    SubArea.objects.filter(pk=first.pk).delete()
    with pytest.raises(ValidationError, match=f"已有“{second.name}”"):
        other.full_clean()


@pytest.mark.django_db
@pytest.mark.parametrize("model", KEYED)
def test_a_mark_goes_from_the_database_with_the_key_alone(model):
    _, second, key = pair(model)
    setattr(second, key, "丙区")
    other = next(name for name in ("note", "version", "address") if name in {field.name for field in model._meta.fields})
    second.save(update_fields=[other])
    assert model.objects.get(pk=second.pk).looks_like_another
    second.save(update_fields=[key])
    assert not model.objects.get(pk=second.pk).looks_like_another


def test_a_copy_of_the_constraint_says_and_counts_the_same():
    one = OnceFolded(key="name", within=["district"], name="once", condition=Q(name="甲"), violation_error_message="已有")
    copy = one.clone()
    assert copy == one
    assert (copy.key, copy.within, copy.condition, copy.violation_error_message) == ("name", ("district",), Q(name="甲"), "已有")
