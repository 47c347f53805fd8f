"""A fictional standard entered chapter by chapter in the browser, up to an edition that scores as the same one uploaded whole."""

import io
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import indicators
from indicators.catalogue import parse, text_of
from indicators.editions.models import Clause, Edition
from indicators.editions.selectors import rules_for
from indicators.editions.services import import_document
from indicators.editions.workbook import parse_workbook, workbook_of
from indicators.entry.forms import ChapterForm, FrameForm
from indicators.entry.models import DraftChapter, EntryDraft
from indicators.entry.wording import EXAMPLES
from indicators.what_if.what_if import TrialTable
from tests.indicators.editions.editions import PERCENT, chapter, dump, edition, item
from tests.steps import version_of

pytestmark = pytest.mark.django_db
DATA = Path(indicators.__file__).parent / "data"

HEAD = {
    "code": "XG/T 01-2030", "title": "绿色城区评价标准（虚构）", "official": "yes", "in_force": "2030-01-01", "replaces": "",
    "based_on": "虚构", "sources": "", "url": "", "method": "weighted", "bonus_cap": "10",
    "level_0": "50", "level_1": "65", "level_2": "80",
    "version": "0",
}  # fmt: skip
WEIGHTS = [f"weight-{kind}-{stage}" for kind in ("new", "renewal") for stage in ("planning", "operation")]
FILL = {"evidence": "证明；照片", "source_department": "区建管委（虚构）", "method": "查阅资料"}
SITE = (
    "条文编号\t条文名称\t类型\t评价分值\t条件\t计分规则\n"
    "5.1 控制项\n"
    "5.1.1\t用地合规\t控制项\t—\t符合规划\t\n"
    "5.2 评分项\n"
    "5.2.1\t绿地率\t评分项\t60分\t绿地占比\t分档：≥30%得20；≥40%得60\n"
    "5.2.2\t方案\t评分项\t40\t有方案\t达标得分\n"
    "合计\t\t\t100\t\t\n"
)
ENERGY = "编号\t名称\t分值\t条件\t计分\n6.1.1\t管理\t30\t有制度\t逐项累计：制度得10；台账得20\n6.1.10\t监测\t70\t已接入\t申报\n"
BONUS = "编号\t名称\t分值\t条件\t计分\n7.1.1\t创新\t5\t创新做法\t计数：每项1分，最多5分\n"


@pytest.fixture
def officer(people, sign_in):
    return sign_in(people.city_officer)


def text(answer):
    return answer.content.decode()


def begin(client, **head):
    answer = client.post(reverse("indicators:entry_begin"), {**HEAD, **head})
    assert answer.status_code == 302, text(answer)
    return EntryDraft.objects.get(code=head.get("code", HEAD["code"]))


def add(client, draft, no, title, expected, *, weight="0.5", kind="scored", full="100"):
    given = {"no": no, "title": title, "kind": kind, "dimension": "", "expected": expected, "full": full, "min": "", "version": "0"}
    url = reverse("indicators:entry_chapter_add", args=[draft.pk])
    answer = client.post(url, {**given, **(dict.fromkeys(WEIGHTS, weight) if kind == "scored" else {})})
    assert answer.status_code == 302, text(answer)
    return draft.chapters.get(facts__no=no)


def page(chapter, name="entry_chapter"):
    return reverse(f"indicators:{name}", args=[chapter.draft_id, chapter.pk])


def put(client, chapter, pasted, do="write", **fields):
    version = DraftChapter.objects.get(pk=chapter.pk).version
    return client.post(page(chapter), {"pasted": pasted, "do": do, "version": version, **FILL, **fields})


@pytest.fixture
def draft(officer):
    return begin(officer)


@pytest.fixture
def site(officer, draft):
    return add(officer, draft, "5", "用地", 3)


def enter_whole(client, draft):
    for no, title, expected, table in (("5", "用地", 3, SITE), ("6", "能源", 2, ENERGY)):
        assert put(client, add(client, draft, no, title, expected), table).status_code == 302
    assert put(client, add(client, draft, "7", "创新", 1, kind="bonus", full="5"), BONUS).status_code == 302


def whole_edition(code):
    """The same standard written as one file, by hand."""
    yes = {"kind": "choice", "options": [{"key": "no", "text": "未达到", "points": 0}, {"key": "yes", "text": "达到", "points": 40}]}
    steps = {"kind": "steps", "better": "higher", "steps": [{"at": 30, "points": 20}, {"at": 40, "points": 60}]}
    ticks = {"kind": "checklist", "parts": [{"key": "a", "text": "制度", "points": 10}, {"key": "b", "text": "台账", "points": 20}]}
    site = [item("5.1.1", None, {"kind": "pass"}), item("5.2.1", 60, steps, value=PERCENT), item("5.2.2", 40, yes)]
    energy = [item("6.1.1", 30, ticks), item("6.1.10", 70, {"kind": "claimed"})]
    bonus = [item("7.1.1", 5, {"kind": "count", "each": 1, "cap": 5}, kind="bonus")]
    chapters = [chapter("a", "5", site, 0.5), chapter("b", "6", energy, 0.5), chapter("c", "7", bonus, 0, kind="bonus")]
    levels = [
        {"key": f"star{at}", "label": f"{name}星级", "min": least} for at, name, least in ((1, "一", 50), (2, "二", 65), (3, "三", 80))
    ]
    data = edition(chapters, levels=levels)
    data["edition"] |= {"code": code}
    return parse(dump(data).replace("'2024-07-01'", "2024-07-01"))


VALUES = (
    {"5.1.1": True, "5.2.1": 35, "5.2.2": "yes", "6.1.1": ["a"], "6.1.10": 30, "7.1.1": 3},
    {"5.1.1": True, "5.2.1": 40, "5.2.2": "no", "6.1.1": ["a", "b"], "6.1.10": 70, "7.1.1": 9},
    {"5.1.1": False, "5.2.1": 100, "5.2.2": "yes", "6.1.1": ["b"], "6.1.10": 0},
)


def test_a_standard_entered_by_chapters_is_published_and_scores_as_the_same_one_uploaded(officer, people, sign_in, draft):
    enter_whole(officer, draft)
    shown = text(officer.get(reverse("indicators:entry_draft", args=[draft.pk])))
    assert (shown.count("完整</span>"), "已全部录完" in shown) == (3, True)
    answer = officer.post(reverse("indicators:entry_hand_over", args=[draft.pk]), {})
    made = Edition.objects.get(code=HEAD["code"])
    assert (answer.url, made.status, made.complete) == (reverse("indicators:edition_detail", args=[made.pk]), "draft", True)
    url = reverse("indicators:edition_action", args=[made.pk])
    officer.post(url, {"action": "check", "version": version_of(made), "confirmed": "yes"})
    assert officer.post(url, {"action": "publish", "version": version_of(made), "confirmed": "yes"}).status_code != 302
    sign_in(people.city_director).post(url, {"action": "publish", "version": version_of(made), "confirmed": "yes"})
    made.refresh_from_db()
    assert made.status == "published"
    other = import_document(parsed=whole_edition("T-WHOLE")).edition
    for values in VALUES:
        for kind, stage in (("new", "planning"), ("renewal", "operation")):
            got, want = (TrialTable(rules_for(one), kind, stage, values, (), ()).result() for one in (made, other))
            assert (got.total, got.level) == (want.total, want.level)
            assert [(one.id, one.points) for one in got.items] == [(one.id, one.points) for one in want.items]
    assert list(Clause.objects.filter(edition=made).order_by("order").values_list("item_id", flat=True))[-2:] == ["6.1.10", "7.1.1"]


def test_progress_says_what_is_entered_and_how_long_it_takes_once_a_chapter_is_whole(officer, draft, site):
    detail = reverse("indicators:entry_draft", args=[draft.pk])
    add(officer, draft, "6", "能源", 20)
    shown = text(officer.get(detail))
    assert ("待录" in shown, "0条，应有23条" in shown, "录完一章、其余各章填了条文数以后，按实际速度估算" in shown) == (True, True, True)
    put(officer, site, SITE)
    shown = text(officer.get(detail))
    assert ("3/3" in shown, "100/100" in shown, "完整" in shown) == (True, True, True)
    assert ("按现在的速度约7天" in shown, "还剩20条，20×1÷3" in shown) == (True, True)
    assert "各章都是“完整”、整份标准没有问题以后可以生成" in shown
    assert officer.post(reverse("indicators:entry_hand_over", args=[draft.pk]), {}).status_code == 409
    assert not Edition.objects.filter(code=draft.code).exists()


def test_a_chapter_names_missing_numbers_sums_and_scores_without_rules(officer, site):
    put(officer, site, "编号\t名称\t类型\t分值\t条件\n5.1.2\t甲\t评分\t30\t有\n5.1.4\t乙\t评分\t50\t有\n8.1.1\t丙\t控制项\t\t有\n")
    shown = text(officer.get(page(site)))
    assert "有问题" in shown
    for said in (
        "编号不连续，缺5.1.1、5.1.3", "8.1.1的编号不属于第5章", "新建城区规划设计的分值之和为80，满分为100", "5.1.2 计分：规则未录入",
    ):  # fmt: skip
        assert said in shown
    put(officer, site, "编号\t分值\t计分\n5.1.2\t50\t达标得分\n5.1.4\t\t申报\n")
    shown = text(officer.get(page(site)))
    assert ("分值之和" in shown, "规则未录入" in shown) == (True, False)
    assert [one["title"] for one in DraftChapter.objects.get(pk=site.pk).items] == ["甲", "乙", "丙"]


def test_preview_writes_nothing_and_a_bad_row_keeps_everything_typed(officer, site):
    answer = put(officer, site, SITE, do="look")
    assert (answer.status_code, "新增3条，改动0条，删去0条" in text(answer)) == (200, True)
    assert "评价分值→分值" in text(answer)
    bad = SITE.replace("达标得分", "看着给").replace("绿地占比", "长" * 61).replace("60分", "六十") + "5.2.2\t重复\t评分项\t1\t有\t申报\n"
    answer = put(officer, site, bad)
    shown = text(answer)
    assert (answer.status_code, DraftChapter.objects.get(pk=site.pk).items) == (422, [])
    for said in ("读不懂“看着给”", "分值应为数字，现为“六十”", "第6行", "第8行", "与第6行重复", "看着给\n", "区建管委（虚构）"):
        assert said in shown
    long = SITE.replace("绿地占比", "长" * 61)
    assert "共61字，最多60字" in text(put(officer, site, long))
    put(officer, site, long, options="shorten")
    stored = DraftChapter.objects.get(pk=site.pk).items[1]
    assert (len(stored["requirement"]), stored["method"]) == (60, "长" * 61)


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("", "请粘贴表格，或选择工作簿"),
        ("5.1.1 用地合规", "不是表格里的单元格"),
        ("甲\t乙\n1\t2\n", "没有找到表头"),
        ("编号\t名称\n", "没有找到表头"),
        ("编号\t名称\t分值\n\t无号\t5\n", "未填"),
        ("编号\t名称\t条件\t计分\n5.1.1\t甲\t有\t分档：≥3个得5\n", "控制项请写控制项，评分项请写分值"),
        ("编号\t名称\t分值\t条件\t计分\n5.1.1\t甲\t5\t有\t分档：≥3得5\n", "这种计分要写取值单位"),
        ("编号\t名称\t分值\t条件\t计分\t单位\n5.1.1\t甲\t5\t有\t分档：≥3得5\t个\n", "要写取值最大"),
        ("编号\t名称\t分值\t条件\t计分\n5.1.1\t甲\t5\t有\t分档：≥3%得8\n", "8超过本条分值5"),
        ("编号\t名称\t分值\t条件\n5.1.1\t甲\t0\t有\n", "应为大于0的数"),
        ("编号\t名称\t类型\t分值\n5.1.1\t甲\t控制项\t3\n", "控制项没有分值"),
    ],
)
def test_what_is_no_clause_is_refused_in_words(officer, site, pasted, said):
    answer = put(officer, site, pasted)
    assert (answer.status_code, said in text(answer)) == (422, True), text(answer)[-3000:]
    assert DraftChapter.objects.get(pk=site.pk).items == []


def test_every_wording_that_the_page_explains_is_taken(officer, site):
    shown, table = text(officer.get(page(site))), "编号\t名称\t类型\t分值\t条件\t计分\t单位\t最大值\n"
    for at, (words, _) in enumerate(EXAMPLES, start=1):
        assert words in shown
        kind, points = ("控制项", "") if words.startswith("满足") else ("评分项", "8")
        unit = "个\t100" if "≥" in words or words.startswith("线性") else "\t"
        table += f"5.1.{at}\t甲\t{kind}\t{points}\t有\t{words}\t{unit}\n"
    assert put(officer, site, table).status_code == 302
    rules = [one["rule"]["kind"] for one in DraftChapter.objects.get(pk=site.pk).items]
    assert rules == ["pass", "pass", "choice", "steps", "linear", "checklist", "choice", "count", "claimed"]


def test_one_clause_is_entered_from_a_template_with_faults_at_its_fields(officer, site):
    put(officer, site, SITE)
    url = page(site, "entry_clause")
    shown = text(officer.get(url, {"template": "按比例分档"}))
    assert ('value="5.2.3"' in shown, "分档：≥70得3；≥75得6；≥80得8" in shown, 'value="区建管委（虚构）"' in shown) == (True, True, True)
    given = {
        "id": "5.2.3",
        "title": "再生水",
        "kind": "评分项",
        "points": "8",
        "requirement": "达到",
        "rule": "分档：≥70得3；≥80得9",
        "unit": "%",
    }
    given |= {
        "group": "水",
        "evidence": "甲；乙",
        "source_department": "",
        "method": "查阅",
        "version": "1",
    }
    answer = officer.post(url, given)
    shown = text(answer)
    assert (answer.status_code, 'id_source_department_error">未填' in shown, "9超过本条分值8" in shown) == (422, True, True), shown
    given |= {"source_department": "区水务局（虚构）", "rule": "分档：≥70得3；≥80得8"}
    assert officer.post(url, {**given, "do": "more"}).url == url
    answer = officer.post(url, {**given, "title": "再生水利用率"})
    assert (answer.status_code, "您的内容没有写入" in text(answer), 'value="再生水利用率"' in text(answer)) == (409, True, True)
    assert officer.post(url, {**given, "title": "再生水利用率", "version": "2"}).status_code == 302
    last = DraftChapter.objects.get(pk=site.pk).items[-1]
    assert (last["title"], last["evidence"], last["value"]["unit"]) == ("再生水利用率", ["甲", "乙"], "%")


def test_a_number_of_another_chapter_is_refused_at_its_row(officer, draft, site):
    put(officer, site, SITE)
    energy = add(officer, draft, "6", "能源", 2)
    answer = put(officer, energy, ENERGY + "5.2.2\t方案\t1\t有\t申报\n")
    assert (answer.status_code, "第4行</th>" in text(answer), "已在第5章“用地”里" in text(answer)) == (422, True, True)


def test_a_chapter_goes_out_as_a_workbook_and_comes_back_changed(officer, site):
    put(officer, site, SITE)
    book = openpyxl.load_workbook(io.BytesIO(officer.get(page(site, "entry_chapter_workbook")).content))
    sheet = book["条文"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(4, heads["名称"]).value = "绿地率和绿化"
    sheet.delete_rows(5)
    rules = book["规则"]
    for row in range(rules.max_row, 2, -1):
        if rules.cell(row, 1).value == "5.2.2":
            rules.delete_rows(row)
    bases = book["依据"]
    for row in range(bases.max_row, 2, -1):
        if bases.cell(row, 1).value == "5.2.2":
            bases.delete_rows(row)
    out = io.BytesIO()
    book.save(out)
    looked = officer.post(page(site), {"workbook": SimpleUploadedFile("章.xlsx", out.getvalue()), "do": "look", "version": 1})
    assert ("新增0条，改动1条，删去1条" in text(looked), "删去：5.2.2" in text(looked)) == (True, True), text(looked)
    kept = text(looked).split('name="kept" value="')[1].split('"')[0]
    assert officer.post(page(site), {"kept": kept, "do": "write", "version": 1}).status_code == 302
    stored = DraftChapter.objects.get(pk=site.pk)
    assert [(one["id"], one["title"]) for one in stored.items] == [("5.1.1", "用地合规"), ("5.2.1", "绿地率和绿化")]
    sheet.cell(4, heads["分值"]).value = "多"
    out = io.BytesIO()
    book.save(out)
    answer = officer.post(page(site), {"workbook": SimpleUploadedFile("章.xlsx", out.getvalue()), "do": "write", "version": 2})
    assert (answer.status_code, "条文!G4" in text(answer)) == (422, True)


def test_an_offices_own_sheet_is_read_by_its_heads_and_another_chapters_workbook_is_not(officer, draft, site):
    book = openpyxl.Workbook()
    for line in (
        ["第五章 条文一览"],
        ["条款号", "指标名称", "属性", "分数", "技术要求", "评分标准"],
        ["5.2.1", "甲", "评分", 8, "有", "申报"],
    ):
        book.active.append(line)
    beside = book.create_sheet("底数")  # which nobody reads, however long
    for at in range(2_005):
        beside.append([at])
    out = io.BytesIO()
    book.save(out)
    given = {"workbook": SimpleUploadedFile("表.xlsx", out.getvalue()), "do": "write", "version": 0, **FILL}
    assert officer.post(page(site), given).status_code == 302
    assert DraftChapter.objects.get(pk=site.pk).items[0]["points"] == 8
    energy = add(officer, draft, "6", "能源", 2)
    lines = f"第六章\n{ENERGY}".replace("\t", ",").encode("gb18030")
    csv = {"workbook": SimpleUploadedFile("表.csv", lines), "do": "write", "version": version_of(energy), **FILL}
    assert officer.post(page(energy), csv).status_code == 302
    assert [one["id"] for one in DraftChapter.objects.get(pk=energy.pk).items] == ["6.1.1", "6.1.10"]
    other = officer.get(page(site, "entry_chapter_workbook")).content
    answer = officer.post(page(energy), {"workbook": SimpleUploadedFile("章.xlsx", other), "do": "write", "version": 0})
    assert "工作簿不是本章的" in text(answer)


def test_two_people_at_one_chapter_lose_nothing(officer, site):
    put(officer, site, SITE, version=0)
    answer = put(officer, site, "编号\t名称\n5.2.1\t另一个名称\n", version=0)
    shown = text(answer)
    assert (answer.status_code, "改动了这一章，您的内容没有写入" in shown, "另一个名称" in shown) == (409, True, True)
    assert 'name="version" value="1"' in shown
    assert DraftChapter.objects.get(pk=site.pk).items[1]["title"] == "绿地率"
    put(officer, site, "编号\t名称\n5.2.1\t另一个名称\n", version=1)
    assert [one["title"] for one in DraftChapter.objects.get(pk=site.pk).items] == ["用地合规", "另一个名称", "方案"]


def test_two_people_at_the_data_of_a_chapter_and_of_the_standard_see_both(officer, draft, site):
    given = {
        "no": "5",
        "title": "用地和空间",
        "kind": "scored",
        "expected": "3",
        "full": "90",
        "version": "0",
        **dict.fromkeys(WEIGHTS, "1"),
    }
    assert officer.post(page(site, "entry_chapter_data"), given).status_code == 302
    answer = officer.post(page(site, "entry_chapter_data"), {**given, "title": "土地"})
    assert (answer.status_code, "用地和空间" in text(answer), 'value="土地"' in text(answer)) == (409, True, True)
    assert officer.post(page(site, "entry_chapter_data"), {**given, "title": "土地", "version": "1"}).status_code == 302
    url = reverse("indicators:entry_frame", args=[draft.pk])
    assert officer.post(url, {**HEAD, "title": "甲标准"}).status_code == 302
    answer = officer.post(url, {**HEAD, "title": "乙标准"})
    assert (answer.status_code, "甲标准" in text(answer), 'value="乙标准"' in text(answer)) == (409, True, True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"level_1": "40"}, "应高于前一星级"),
        ({"code": ""}, "必填"),
        ({"url": "http://a.example/x"}, "有网址的请写明来源"),
        ({"bonus_cap": "多"}, "请填写数字"),
    ],
)
def test_data_of_a_standard_that_do_not_do_are_told_at_the_field(officer, changes, said):
    answer = officer.post(reverse("indicators:entry_begin"), {**HEAD, **changes})
    assert (answer.status_code, said in text(answer), EntryDraft.objects.count()) == (422, True, 0), text(answer)


def test_one_code_and_one_number_of_a_chapter_are_entered_once(officer, draft, site):
    answer = officer.post(reverse("indicators:entry_begin"), HEAD)
    assert "已在录入，请在“逐章录入”里继续" in text(answer)
    given = {"no": "5", "title": "又一章", "kind": "scored", "expected": "3", "full": "100", "version": "0"}
    assert "已有第5章“用地”" in text(officer.post(reverse("indicators:entry_chapter_add", args=[draft.pk]), given))


def test_an_edition_known_by_its_chapters_alone_is_gone_on_with_and_replaced_only_when_meant(officer):
    known = whole_edition("T-KNOWN").document
    bare = {**known, "chapters": [{**one, "items": [], "weight": None} for one in known["chapters"]], "levels": []}
    import_document(parsed=parse(text_of(bare)))
    assert "T-KNOWN" in text(officer.get(reverse("indicators:entry_list")))
    url = reverse("indicators:entry_begin") + "?edition=T-KNOWN"
    assert 'value="试验标准"' in text(officer.get(url))
    assert officer.post(url, {**HEAD, "code": "T-KNOWN"}).status_code == 302
    draft = EntryDraft.objects.get()
    tables = {"5": (3, SITE, "100", "0.5"), "6": (2, ENERGY, "100", "0.5"), "7": (1, BONUS, "5", "")}
    for row in draft.chapters.all():
        expected, table, full, weight = tables[row.facts["no"]]
        given = {**{name: row.facts[name] for name in ("no", "title", "kind")}, "expected": expected, "full": full, "version": row.version}
        assert officer.post(page(row, "entry_chapter_data"), {**given, **dict.fromkeys(WEIGHTS, weight)}).status_code == 302
        assert put(officer, row, table).status_code == 302
    url = reverse("indicators:entry_hand_over", args=[draft.pk])
    answer = officer.post(url, {})
    assert (answer.status_code, "要替换请勾选“替换同编号的标准”" in text(answer)) == (409, True)
    assert officer.post(url, {"replace": "on"}).status_code == 302
    assert Edition.objects.get(code="T-KNOWN").complete


def test_a_chapter_is_compared_with_another_edition_by_number(officer, site):
    put(officer, site, SITE.replace("40\t有方案", "30\t有方案").replace("5.2.1\t绿地率", "5.2.9\t绿化"))
    other = import_document(parsed=whole_edition("T-OTHER")).edition
    shown = text(officer.get(page(site), {"against": other.pk}))
    for said in ("T-OTHER没有的</dt><dd>5.2.9</dd>", "<dd>5.2.1 条文5.2.1</dd>", "<dd>5.2.2（40→30）</dd>"):
        assert said in shown


def test_drafts_are_the_officers_alone_and_stand_nowhere_else(officer, people, sign_in, draft, site):
    put(officer, site, SITE.replace("绿地率", "秘密条文QX9"))
    urls = [reverse("indicators:entry_draft", args=[draft.pk]), page(site), page(site, "entry_chapter_workbook")]
    for seat in ("city_director", "secretariat", "preparer", "reviewer"):
        client = sign_in(getattr(people, seat))
        assert [client.get(url).status_code for url in urls] == [404, 404, 404]
        assert client.get(reverse("indicators:entry_list")).status_code == 403
        assert client.post(page(site), {"pasted": SITE, "do": "write", "version": 1}).status_code == 404
        assert client.post(reverse("indicators:entry_begin"), {**HEAD, "code": "X"}).status_code == 403
    for name in ("indicators:edition_list", "portal:search"):
        assert "QX9" not in text(client.get(reverse(name), {"q": "秘密条文"}))
    client.logout()
    for url in (reverse("portal:public_standards"), "/api/v1/editions/"):
        answer = client.get(url)
        assert (HEAD["code"] in text(answer), "秘密条文QX9" in text(answer)) == (False, False)


def test_a_chapter_and_a_draft_are_deleted_only_after_the_question(officer, draft, site):
    put(officer, site, SITE)
    url = page(site, "entry_chapter_drop")
    assert "已录的3条条文一并删除" in text(officer.post(url))
    assert draft.chapters.count() == 1
    officer.post(url, {"confirmed": "1"})
    assert draft.chapters.count() == 0
    url = reverse("indicators:entry_drop", args=[draft.pk])
    officer.post(url)
    assert EntryDraft.objects.exists()
    officer.post(url, {"confirmed": "1"})
    assert not EntryDraft.objects.exists()


def test_an_entered_edition_comes_out_as_a_workbook_that_reads_back(officer, draft):
    enter_whole(officer, draft)
    officer.post(reverse("indicators:entry_hand_over", args=[draft.pk]), {})
    made = Edition.objects.get(code=HEAD["code"])
    assert parse_workbook(workbook_of(made.document)).digest == made.digest


@pytest.mark.parametrize("name", [path.name for path in sorted(DATA.glob("*.yaml"))])
def test_what_a_form_shows_and_is_saved_as_it_stands_changes_nothing(name):
    document = parse((DATA / name).read_text(encoding="utf-8")).document
    frame = {part: document[part] for part in ("edition", "types", "stages", "levels", "total")}

    def again(make):
        shown = {field.html_name: "" if field.value() is None else field.value() for field in make(None)}
        form = make(shown)
        assert form.is_valid(), form.errors
        return form

    assert again(lambda data: FrameForm(data, frame=frame, version=0)).frame() == frame
    for content in document["chapters"]:
        share = 0 if content["kind"] == "bonus" else None  # a bonus chapter has no weight, others may be unknown
        weight = {kind["key"]: {stage["key"]: share for stage in document["stages"]} for kind in document["types"]}
        facts = {key: value for key, value in content.items() if key != "items"} | {"min": 40, "weight": content["weight"] or weight}
        row = DraftChapter(key=facts["key"], facts=facts, expected=3)
        saved = again(lambda data, row=row: ChapterForm(data, frame=frame, chapter=row)).facts()
        assert saved == {key: value for key, value in facts.items() if key != "key"}
