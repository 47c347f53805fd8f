"""Two editions clause by clause: what differs, in words, and nothing that does not."""

import copy

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.catalogue import parse
from indicators.comparison.comparison import ChangedText, compare
from indicators.editions.models import Edition
from indicators.editions.services import load_shipped_editions
from tests.factories.accounts import UserFactory
from tests.indicators.conftest import DATA
from tests.indicators.editions.editions import PERCENT, chapter, dump, edition, item

STEPS = {"kind": "steps", "better": "higher", "steps": [{"at": 50, "points": 6}, {"at": 70, "points": 10}]}
LINES = [
    item("1.1", 10, STEPS, value=PERCENT),
    item("1.2", 40, {"kind": "claimed"}),
    item("1.3", 50, {"kind": "claimed"}),
    item("1.0", None, {"kind": "pass"}),
]
OTHER = [item("2.1", 100, {"kind": "claimed"})]


def document(lines=LINES, other=OTHER, **changes):
    data = edition([chapter("one", "1", lines, weight=0.6), chapter("two", "2", other, weight=0.4)], **changes)
    parsed = parse(dump(data).replace("'2024-07-01'", "2024-07-01"))
    assert [str(one) for one in parsed.problems] == []
    return parsed.document


def with_item(name, **changes):
    found = document()
    for chapter_ in found["chapters"]:
        for entry in chapter_["items"]:
            if entry["id"] == name:
                entry.update(changes)
    return found


def only(old, new):
    found = compare(old, new)
    assert (found.head, found.chapters, len(found.clauses)) == ((), (), 1)
    return found.clauses[0]


def test_same_edition_differs_in_nothing():
    found = compare(document(), document())
    assert (found.identical, found.same, sum(found.counts.values())) == (True, 5, 0)


@pytest.mark.parametrize("path", sorted(DATA.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_editions_equal_themselves_and_differ_from_others(path):
    one, reference = parse(path.read_bytes()).document, parse((DATA / "reference-2024.yaml").read_bytes()).document
    assert compare(one, copy.deepcopy(one)).identical
    assert compare(one, reference).identical == (path.stem == "reference-2024")


CASES = [
    ("1.1", {"rule": {**STEPS, "steps": [{"at": 55, "points": 6}, {"at": 70, "points": 10}]}}, ChangedText(
        "规则", "按达到的最高一档得分：不低于50%得6分；不低于70%得10分", "按达到的最高一档得分：不低于55%得6分；不低于70%得10分")),
    ("1.1", {"rule": {**STEPS, "steps": [{"at": 50, "points": 6, "exclusive": True}, {"at": 70, "points": 10}]}}, ChangedText(
        "规则", "按达到的最高一档得分：不低于50%得6分；不低于70%得10分", "按达到的最高一档得分：高于50%得6分；不低于70%得10分")),
    ("1.1", {"value": {**PERCENT, "max": 90}}, ChangedText("取值", "0至100%，2位小数", "0至90%，2位小数")),
    ("1.1", {"rule": None}, ChangedText("规则", "按达到的最高一档得分：不低于50%得6分；不低于70%得10分", "未录入")),
    ("1.2", {"requirement": "达到更高要求"}, ChangedText("要求", "达到要求", "达到更高要求")),
    ("1.2", {"may_exclude": True}, ChangedText("不参评", "不允许", "允许")),
    ("1.2", {"when_absent": "full"}, ChangedText("声明不存在", "不可声明", "得满分")),
    ("1.2", {"shared_with": ["1.3"]}, ChangedText("成果互斥", "无", "1.3")),
    ("1.2", {"evidence": ["材料", "照片"]}, ChangedText("佐证材料", "材料", "材料、照片")),
    ("1.2", {"auto": "key_area"}, ChangedText("自动判定", "无", "按重点区域")),
    ("1.2", {"applies": {"types": ["new"], "stages": ["operation"]}}, ChangedText(
        "适用", "新建城区、更新城区 · 规划设计、实施运管", "新建城区 · 实施运管")),
    ("1.2", {"basis": []}, ChangedText("依据", "自拟", "无")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "changes", "line"), CASES, ids=[line.label + name for name, _, line in CASES])
def test_change_is_said_in_words(name, changes, line):
    change = only(document(), with_item(name, **changes))
    assert (change.old, change.new, change.kinds, change.lines) == (name, name, ("changed",), (line,))


def test_added_and_removed_clauses():
    new = document([*LINES[:1], LINES[3], item("1.4", 90, {"kind": "claimed"}, title="新条文")])
    found = compare(document(), new)
    assert [(one.label, one.old, one.new) for one in found.clauses] == [("新增", "", "1.4"), ("删除", "1.2", ""), ("删除", "1.3", "")]
    assert ChangedText("分值", "无", "90") in found.clauses[0].lines
    assert (found.counts["added"], found.counts["removed"], found.same) == (1, 2, 3)


def test_points_and_full_of_the_chapter():
    new = document([*LINES[:1], item("1.2", 30, {"kind": "claimed"}), *LINES[2:]])
    found = compare(document(), new)
    assert found.chapters == (ChangedText("1 章1　满分", "100", "90"),)
    assert [one.lines for one in found.clauses] == [(ChangedText("分值", "40", "30"),)]


def test_clause_with_a_new_number_is_the_same_clause():
    new = document([*LINES[:1], item("1.9", 40, {"kind": "claimed"}, title="条文1.2"), *LINES[2:]])
    change = only(document(), new)
    assert (change.label, change.old, change.new, change.lines) == ("改号", "1.2", "1.9", ())


def test_one_clause_that_moves_is_the_only_one_that_moved():
    assert [(one.old, one.label) for one in compare(document(), document([LINES[3], *LINES[:3]])).clauses] == [("1.0", "移动")]


def test_clause_in_another_chapter():
    found = compare(document(), document([LINES[0], LINES[3], LINES[1]], [LINES[2], *OTHER]))
    moved = {one.new: one for one in found.clauses}
    assert moved["1.3"].label == "移动"
    assert moved["1.3"].lines == (ChangedText("所在章", "1 章1", "2 章2"),)


def test_lines_weights_head_and_chapters():
    head = {**edition([])["edition"], "title": "另一标准"}
    levels = [{"key": "star1", "label": "一星级", "min": 55}]
    found = compare(document(), {**document(edition=head, levels=levels), "total": {"method": "weighted", "bonus_cap": None}})
    assert found.head == (
        ChangedText("名称", "试验标准", "另一标准"),
        ChangedText("加分上限", "10", "未录入"),
        ChangedText("星级门槛", "一星级50分", "一星级55分"),
        ChangedText("星级门槛", "二星级65分", "无"),
    )
    new = document()
    new["chapters"][0]["weight"]["new"]["planning"] = None
    new["chapters"].reverse()
    assert ChangedText("1 章1　新建城区规划设计权重", "0.6", "未录入") in compare(document(), new).chapters
    assert ChangedText("章的顺序", "1 章1、2 章2", "2 章2、1 章1") in compare(document(), new).chapters


REFERENCE = parse((DATA / "reference-2024.yaml").read_bytes()).document


@settings(max_examples=30, deadline=None)
@given(st.sets(st.integers(0, 60), max_size=8), st.randoms())
def test_turning_the_comparison_round_swaps_added_and_removed(gone, random):
    other = copy.deepcopy(REFERENCE)
    pairs = [(one, entry) for one in other["chapters"] for entry in one["items"]]
    for at in gone:
        pairs[at][0]["items"].remove(pairs[at][1])
    random.shuffle(other["chapters"][0]["items"])
    there, back = compare(REFERENCE, other), compare(other, REFERENCE)
    assert (there.counts["removed"], there.counts["added"]) == (len(gone), 0)
    assert (back.counts["added"], back.counts["removed"]) == (len(gone), 0)
    assert there.counts["moved"] == back.counts["moved"]
    assert there.same == back.same


@pytest.fixture
def reader(client, settings):
    client.force_login(UserFactory(), backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


@pytest.mark.django_db
def test_page_shows_two_editions_side_by_side(reader, kept_queries):
    load_shipped_editions()
    one, other = (Edition.objects.get(code=code).pk for code in ("DG/TJ 08-2253-2018", "GD-REF-2024"))
    url = reverse("indicators:edition_diff")
    assert reader.get(url).status_code == 200
    assert "两份标准的内容相同" in reader.get(url, {"old": other, "new": other}).content.decode()
    reader.get(url, {"old": one, "new": other})
    for old in (one, other):
        with kept_queries():
            reader.get(url, {"old": old, "new": other})


@pytest.mark.django_db
@pytest.mark.parametrize("query", [{"old": "x"}, {"old": "1", "new": "99999999999999999999"}, {"old": "\x00", "new": ""}])
def test_page_bears_a_wrong_choice(reader, query):
    assert reader.get(reverse("indicators:edition_diff"), query).status_code == 422
