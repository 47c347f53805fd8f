"""Findings: what a row shows while somebody types, the same counts wherever they stand, targets, 提交前核对 by kind and chapter."""

import re

import pytest

from assessments.common.enums import Purpose, ScoringStage
from assessments.findings.models import FindingAnswer
from assessments.findings.selectors.check_list import check_list
from assessments.findings.selectors.plausibility import findings
from assessments.findings.selectors.row_facts import LABELS, frozen_counts
from assessments.findings.services import answer_findings
from assessments.prefill.models import RowPrefill
from assessments.score_page.selectors.table_page import chapters_of, totals_of
from assessments.score_page.selectors.table_rows import live_sheet
from assessments.tables.models import ScoreRow, ScoreTable
from assessments.versions import services as tables
from districts.common.enums import Stage
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.policy.models import Setting
from indicators.editions.selectors import rules_for
from portal.desk.selectors import _open_checks
from tests.assessments.browsing import HTMX, browser, lacking, put, row_of, text_of, url
from tests.factories.assessments import fill_table, make_self_check, make_table
from tests.factories.districts import make_district
from tests.factories.indicator_systems import approved_system, begun_system
from tests.refusing import refuses


@pytest.fixture
def check(people):
    """A second year: last year's table behind it, rows brought in, left out, emptied, below the target."""
    found = make_self_check(people)
    last = fill_table(make_table(found.district, year=2025))
    ScoreTable.objects.filter(pk=found.table.pk).update(previous=last)
    found.table.refresh_from_db()
    for item_id in ("7.2.7", "7.2.23"):
        put(found.table, item_id, value=None)
    put(found.table, "4.2.18", exclusion_reason="没有此类项目")
    return brought_in(found)


def file(table):
    tables.submit_table(table=table, by=None)
    tables.receive_table(table=table, by=None)


def typed(client, table, item_id, value, version=0):
    data = {f"{item_id}-version": version, "field": "value", "token": f"{item_id}{version}", "drawer": item_id}
    data |= {f"{item_id}-value-{part}": one for part, one in value.items()} if isinstance(value, dict) else {f"{item_id}-value": value}
    return text_of(client.post(url("score_row", table, item_id), data, headers=HTMX))


def part(text, name):
    """What stands behind an id, up to the next one."""
    return re.split(r' id="', text.split(f'id="{name}"', 1)[1])[0]


def test_a_row_keeps_its_worst_finding_while_somebody_types(preparer, check):
    put(check.table, "4.2.1", target={"a": "40", "b": "100"})
    put(check.table.previous, "4.2.1", value={"a": "51.9", "b": "100"})
    file(check.table.previous)
    text = typed(preparer, check.table, "4.2.1", {"a": "12.7", "b": "100"})
    tag = part(text, "tag-4_2_1")
    assert [LABELS[rule] in tag for rule in ("year_outlier", "target")] == [True, True]
    assert "上年" in part(text, "marks-4_2_1")
    page = text_of(preparer.get(url("score_table", check.table, item="4.2.1")))
    assert (LABELS["year_outlier"] in part(page, "tag-4_2_1"), "相差较大" in part(page, "marks-4_2_1")) == (True, True)
    assert {"year_outlier", "target"} <= {one.rule for one in findings(check.table, clock.today()) if one.item_id == "4.2.1"}


def test_the_word_goes_when_the_value_is_plausible_again_and_obeys_the_setting(preparer, check, people):
    for table in (check.table, check.table.previous):
        put(table, "7.2.17", value="72")
    said = [LABELS["year_outlier"] in typed(preparer, check.table, "7.2.17", value, at) for at, value in enumerate(("40", "70"))]
    Setting.objects.create(key="plausibility.year_points", value=40, reason="测试", by=people.city_director, at=clock.now())
    assert [*said, LABELS["year_outlier"] in typed(preparer, check.table, "7.2.17", "40", 2)] == [True, False, False]


def test_an_explained_finding_stays_in_sight_and_is_no_longer_amber(check):
    put(check.table.previous, "7.2.17", value="72")
    put(check.table, "7.2.17", value="40", explanation="口径由建筑改为项目")
    mark, *_ = live_sheet(ScoreTable.objects.get(pk=check.table.pk)).facts["7.2.17"].marks
    assert (mark.rule, mark.open) == ("year_outlier", False)


def test_every_place_counts_the_same(preparer, check, people):
    totals = preparer.get(url("score_table", check.table, chapter="all")).context["totals"]
    counts = totals.counts
    assert (counts.empty, counts.pending, counts.excluded) == (2, 1, 1)
    assert counts.settled + counts.empty + counts.pending == counts.count == check.table.rows.count()
    desk = next(one for one in _open_checks(Viewer(people.preparer)) if one.check.pk == check.pk)
    assert desk.totals == totals == preparer.get(url("score_print", check.table)).context["totals"]
    chapters = chapters_of(live_sheet(ScoreTable.objects.get(pk=check.table.pk)), "")
    assert (sum(one.filled for one in chapters), sum(one.pending for one in chapters)) == (counts.settled, counts.pending)
    assert f"{counts.empty - 1}项未填" in typed(preparer, check.table, "7.2.7", "14")


def test_each_figure_of_the_footer_opens_exactly_its_rows(preparer, check):
    put(check.table, "4.2.1", value={"a": "10", "b": "100"}, target={"a": "99", "b": "100"})
    text = text_of(preparer.get(url("score_table", check.table)))
    links = re.findall(r'<a href="([^"]*\?show=\w+)">(\d+)项(\w+)</a>', text)
    assert {word for _, _, word in links} == {"未填", "待确认", "缺佐证", "数值须核对", "不参评"}
    assert [text_of(preparer.get(href)).count('<tr id="row-') for href, *_ in links] == [int(number) for _, number, _ in links]


def test_a_frozen_version_counts_each_clause_once(filled):
    fill_table(filled.table)
    put(filled.table, "4.2.18", exclusion_reason="没有此类项目")  # its value stays behind
    RowPrefill.objects.all().delete()
    tables.submit_table(table=filled.table, by=None)
    counts = frozen_counts(filled.table.versions.get().content, rules_for(filled.table.edition).items)
    assert counts.filled + counts.excluded + counts.absent + counts.unbuilt == counts.count
    assert counts.excluded == 1
    assert totals_of(live_sheet(ScoreTable.objects.get(pk=filled.table.pk))).counts == counts


def test_rows_without_files_are_not_said_to_have_valid_ones(preparer, check):
    assert "1条的取值由平台填入</b>，没有低于年度目标或目标路径的，都没有佐证材料" in text_of(
        preparer.get(url("score_table", check.table, show="todo"))
    )


def test_a_save_that_changes_nothing_is_no_change_in_the_history(preparer, check):
    row = row_of(check.table, "7.2.17")
    for old in (row.value, "1"):
        row.changes.create(field="value", old=old, new=row.value, at=clock.now())
    put(check.table, "7.2.17", version=2)
    page, history = preparer.get(url("score_table", check.table, item="7.2.17")), preparer.get(url("row_history", check.table, "7.2.17"))
    assert (len(page.context["drawer"].history), len(history.context["lines"])) == (1, 1)


KEYS = ("4.1.1", "4.2.1", "4.2.2", "4.2.3", "4.2.4", "4.2.17")


@pytest.fixture
def district(people):
    return make_district(people, stage=Stage.PILOT)


def targets(table):
    return dict(ScoreRow.objects.filter(table=table, item_id__in=KEYS).values_list("item_id", "target"))


def test_a_self_check_shows_the_targets_of_its_year(people, district):
    system = approved_system(people, district)
    _, option, *_, best = [one["key"] for one in rules_for(system.edition).items["4.2.17"].rule["options"]]
    for key, path in (("4.2.1", {"near": "40", "mid": "50"}), ("4.2.3", {"near": "8", "mid": "9.5"}), ("4.2.17", {"mid": option})):
        system.rows.filter(key=key).update(**path)
    planned = fill_table(make_table(district, purpose=Purpose.APPLICATION, stage=ScoringStage.PLANNING))
    before = dict(ScoreRow.objects.filter(table=planned).values_list("item_id", "value"))
    between = targets(make_table(district, year=2028, planned=planned))
    plain = {"4.1.1": True, "4.2.2": before["4.2.2"], "4.2.4": before["4.2.4"]}
    # the path of a number, the last target of a choice
    assert between == {**plain, "4.2.1": {"a": "43.33", "b": "100"}, "4.2.3": "8.5", "4.2.17": best}
    reached = targets(make_table(district, year=2030))
    path = {"4.2.1": {"a": "50", "b": "100"}, "4.2.3": "9.5", "4.2.17": option}
    assert {key: reached[key] for key in path} == path


def test_a_draft_an_application_and_years_before_the_path_give_none(people, district):
    begun_system(people, district)
    assert set(targets(make_table(district, year=2026)).values()) == {None}
    district.indicator_systems.all().delete()
    approved_system(people, district)
    assert set(targets(make_table(district, purpose=Purpose.APPLICATION, stage=ScoringStage.PLANNING)).values()) == {None}
    assert set(targets(make_table(district, year=2026)).values()) == {None}, "no baseline, and the first target is of 2027"
    assert targets(make_table(district, year=2036)) == targets(make_table(district, year=2035)), "the last target goes on being asked"


def brought_in(check):
    """One row is of last year's table, and nobody has confirmed it."""
    row = row_of(check.table, "6.2.1")
    RowPrefill.objects.create(row=row, source="last_year", label="2025年度自查", content={"value": row.value}, taken_at=clock.now())
    return check


@pytest.fixture
def filled(people):
    """Two rows without a value, one brought in, all without evidence."""
    found = make_self_check(people)
    ScoreRow.objects.filter(table=found.table, item_id__in=("7.2.7", "5.2.9")).update(value=None)
    return brought_in(found)


def listed(filled, **address):
    return check_list(filled.table, findings(filled.table, clock.today()), address)


def post(client, filled, action="finding_answer", headers=None, **data):
    return client.post(url(action, filled.table), data, headers=headers)


def chapters(found):
    return next(choices for name, _, choices in found.selects if name == "chapter")


def seventh(filled):
    return next(key for key, label, *_ in chapters(listed(filled)) if label.startswith("第7章"))


def proofs(filled):
    return [one for one in findings(filled.table, clock.today()) if one.rule == "evidence"]


def test_groups_begin_with_what_blocks_and_go_by_chapter(filled):
    found = listed(filled)
    assert [(group.key, group.opened) for group in found.groups] == [("complete", True), ("confirmed", True), ("evidence", False)]
    assert [[title[:3] for title, _ in group.chapters if title] for group in found.groups[:2]] == [["第5章", "第7章"], ["第6章"]]
    assert found.shown == len(found.findings) == len(findings(filled.table, clock.today()))
    assert found.groups[2].shared_text == "缺佐证材料"


def test_each_condition_finds_what_it_says(filled):
    whole = listed(filled)
    assert [(name, label) for name, label, _ in whole.selects] == [("kind", "类别"), ("chapter", "章")]
    for name, choices in (("state", whole.states), *((name, choices) for name, _, choices in whole.selects)):
        assert choices
        for key, _, count, _ in choices:
            assert listed(filled, **{name: key}).shown == count
    narrowed = listed(filled, kind="evidence", chapter=seventh(filled))
    assert 0 < narrowed.shown < len(proofs(filled))
    assert sum(count for _, _, count, _ in chapters(narrowed)) == len(proofs(filled))
    assert listed(filled, kind="no such kind").shown == whole.shown


def test_one_explanation_for_all_that_a_group_shows_and_the_counts_go_down(preparer, filled):
    query = f"kind=evidence&chapter={seventh(filled)}"
    page = preparer.get(f"{url('selfcheck_check', filled)}?{query}")
    before, shown = page.context["list"], re.findall(r'name="shown" value="([^"]+)"', text_of(page))
    assert len(shown) == before.shown
    answer = post(preparer, filled, kind="evidence", all="1", shown=shown, text="材料在档案馆", query=query)
    assert answer.url.startswith(f"{url('selfcheck_check', filled)}?{query}&at=evidence")
    after = preparer.get(answer.url).context["list"].counts
    assert (after["answered"], after["open"]) == (before.shown, before.counts["open"] - before.shown)
    assert set(FindingAnswer.objects.values_list("text", flat=True)) == {"材料在档案馆"}


def test_only_the_ticked_ones_take_the_explanation(preparer, filled):
    one, two, *_ = proofs(filled)
    post(preparer, filled, kind="evidence", ticked="1", finding=[one.key, two.key], shown=[one.key], text="同一批材料")
    assert set(FindingAnswer.objects.values_list("item_id", flat=True)) == {one.item_id, two.item_id}


def test_what_blocks_for_good_or_is_gone_is_left_out_and_named(people, filled):
    one, gone = proofs(filled)[0], ["complete:7.2.7:", "target:7.2.1:"]

    def answer(keys, text="在办", by=people.preparer):
        return answer_findings(table=filled.table, keys=keys, text=text, by=by)

    done, skipped = answer([one.key, *gone])
    assert (done, set(skipped)) == (1, set(gone))
    for keys, text in (([], "在办"), ([one.key], " "), (gone[:1], "在办"), ([one.key], "长" * 1001)):
        refuses(Refused, answer, keys, text)
    refuses(NotAllowed, answer, [one.key], by=people.reviewer)
    assert lacking(browser(people.reviewer).get(url("selfcheck_check", filled)), "缺佐证材料", 'name="shown"') == (200, ['name="shown"'])


def test_a_refusal_stands_over_the_page_that_keeps_what_was_typed(preparer, filled):
    answer = post(preparer, filled, kind="evidence", ticked="1", text="在办", headers=HTMX)
    assert lacking(answer, "请勾选要说明的提示") == (409, [])
    assert (answer["HX-Retarget"], answer["HX-Reselect"]) == ("#messages", ".gd-note")
    assert "在办" in text_of(post(preparer, filled, kind="evidence", ticked="1", text="在办"))


def test_rows_brought_in_are_confirmed_from_the_check(preparer, people, filled):
    assert "确认这1条" in text_of(preparer.get(url("selfcheck_check", filled)))
    answer = post(preparer, filled, "finding_confirm", all="1", shown=["6.2.1"], query="state=blocking")
    assert answer.url.endswith("?state=blocking&at=confirmed")
    page = preparer.get(answer.url)
    assert ("1条已确认" in text_of(page), "confirmed" in {group.key for group in page.context["list"].groups}) == (True, False)
    assert RowPrefill.objects.get(row__item_id="6.2.1").confirmed_by == people.preparer
    assert "请勾选" in text_of(preparer.get(post(preparer, filled, "finding_confirm", ticked="1").url))
