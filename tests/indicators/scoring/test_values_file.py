"""Values files of ``manage.py score``: YAML and JSON, and what is wrong with their shape."""

import pytest

from indicators.scoring.refusals import EditionIncomplete, ScoringRefused, ValueProblem
from indicators.scoring.values_file import ValuesFile, read_values

WHOLE = {"values": {"1.1.1": True, "1.2.1": 70}, "exclusions": {"1.2.2": "没有此类"}, "absent": {"1.2.3": "区内没有"}}


@pytest.mark.parametrize(
    "raw",
    [
        'values: {"1.1.1": true, "1.2.1": 70}\nexclusions: {"1.2.2": 没有此类}\nabsent: {"1.2.3": 区内没有}\n',
        ' \n{"values": {"1.1.1": true, "1.2.1": 70}, "exclusions": {"1.2.2": "没有此类"}, "absent": {"1.2.3": "区内没有"}}',
        '{values: {"1.1.1": true, "1.2.1": 70}, exclusions: {"1.2.2": 没有此类}, absent: {"1.2.3": 区内没有}}',
    ],
    ids=["YAML", "JSON", "flow mapping"],
)
def test_both_formats_are_read(raw):
    assert read_values(raw.encode()) == ValuesFile(**WHOLE)


def test_parts_may_be_left_out_or_empty():
    assert read_values(b"values:\nabsent: {}\n") == ValuesFile({}, {}, {})


@pytest.mark.parametrize(
    ("raw", "reason", "item"),
    [
        ("[1, 2]", "取值文件应为 {values: …, exclusions: …, absent: …}", ""),
        ("values: {}\nvalue: {}\n", "取值文件应为 {values: …, exclusions: …, absent: …}", ""),
        ("values: [1]\n", "取值文件的 values 应以条文号为键", ""),
        ("absent: 没有\n", "取值文件的 absent 应以条文号为键", ""),
        ('exclusions: {"1.1": " "}\n', "条文 1.1 声明不参评应写明理由", "1.1"),
        ('absent: {"1.2": 3}\n', "条文 1.2 声明不存在应写明理由", "1.2"),
        ('{"values": {"1.1": 1, "1.1": 2}}', "取值文件中 1.1 写了两次", ""),
    ],
)
def test_a_wrong_shape_is_refused_in_words(raw, reason, item):
    with pytest.raises(ScoringRefused) as refused:
        read_values(raw.encode())
    assert (refused.value.reason, refused.value.item, refused.value.chapter) == (reason, item, "")


def test_a_file_that_cannot_be_read_says_where():
    with pytest.raises(ScoringRefused, match="第2行 文件：YAML 写法有误"):
        read_values(b'values: {"1.1": 1\n')


def test_values_of_no_item_are_named():
    assert ValuesFile(WHOLE["values"], {}, {}).unknown(["1.2.1"]) == ["1.1.1"]


def test_a_refusal_names_what_it_is_about():
    refused = EditionIncomplete("没有录入", chapter="a", item="1.1")
    assert (str(refused), refused.reason, refused.chapter, refused.item) == ("没有录入", "没有录入", "a", "1.1")


def test_a_refusal_says_its_words_however_they_were_given():
    assert str(ScoringRefused(reason="没有录入")) == str(ValueProblem(message="没有录入")) == "没有录入"
