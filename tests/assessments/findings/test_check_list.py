"""提交前核对 by kind and chapter: what blocks first, narrowed by the address, one explanation for many, counts that go down."""

import re

import pytest
from django.urls import reverse

from assessments.findings.models import FindingAnswer
from assessments.findings.selectors.blocking import findings
from assessments.findings.selectors.check_list import check_list
from assessments.findings.services.plausibility import answer_findings
from assessments.prefill.models import RowPrefill
from assessments.tables.models import ScoreRow
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from tests.factories.accounts import cast as make_cast
from tests.factories.assessments import make_self_check

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def people():
    return make_cast()


@pytest.fixture
def check(people):
    """Two rows without a value, one brought in, all without evidence."""
    found = make_self_check(people)
    ScoreRow.objects.filter(table=found.table, item_id__in=("7.2.7", "5.2.9")).update(value=None)
    row = found.table.rows.get(item_id="6.2.1")
    RowPrefill.objects.create(row=row, source="last_year", label="2025年度自查", content={"value": row.value}, taken_at=clock.now())
    return found


def listed(check, **address):
    return check_list(check.table, findings(check.table), address)


def page_of(client, check, query=""):
    return client.get(reverse("assessments:selfcheck_check", args=[check.pk]) + query)


def post(client, check, action="finding_answer", headers=None, **data):
    return client.post(reverse(f"assessments:{action}", args=[check.table_id]), data, headers=headers)


def chapters(found):
    return next(select.choices for select in found.selects if select.name == "chapter")


def seventh(check):
    return next(one.key for one in chapters(listed(check)) if one.label.startswith("第7章"))


def proofs(check):
    return [one for one in findings(check.table) if one.rule == "evidence"]


def test_groups_begin_with_what_blocks_and_go_by_chapter(check):
    found = listed(check)
    assert [group.key for group in found.groups] == ["complete", "confirmed", "evidence"]
    assert [[title[:3] for title, _ in group.chapters if title] for group in found.groups[:2]] == [["第5章", "第7章"], ["第6章"]]
    assert found.shown == len(found.findings) == len(findings(check.table))
    assert [group.opened for group in found.groups] == [True, True, False]
    assert found.groups[2].shared_text == "缺佐证材料"


def test_each_condition_finds_what_it_says(check):
    whole = listed(check)
    assert [(select.name, select.label) for select in whole.selects] == [("kind", "类别"), ("chapter", "章")]
    for name, choices in (("state", whole.states), *((select.name, select.choices) for select in whole.selects)):
        assert choices
        for choice in choices:
            assert listed(check, **{name: choice.key}).shown == choice.count
    narrowed = listed(check, kind="evidence", chapter=seventh(check))
    assert 0 < narrowed.shown < len(proofs(check))
    assert sum(choice.count for choice in chapters(narrowed)) == len(proofs(check))
    assert listed(check, kind="no such kind").shown == whole.shown


def test_one_explanation_for_all_that_a_group_shows_and_the_counts_go_down(client, people, check):
    client.force_login(people.preparer)
    query = f"kind=evidence&chapter={seventh(check)}"
    page = page_of(client, check, f"?{query}")
    before = page.context["list"]
    shown = re.findall(r'name="shown" value="([^"]+)"', page.content.decode())
    assert len(shown) == before.shown
    answer = post(client, check, kind="evidence", all="1", shown=shown, text="材料在档案馆", query=query)
    assert answer.url.startswith(reverse("assessments:selfcheck_check", args=[check.pk]) + f"?{query}&at=evidence")
    after = client.get(answer.url).context["list"]
    assert after.counts["answered"] == before.shown
    assert after.counts["open"] == before.counts["open"] - before.shown
    assert set(FindingAnswer.objects.values_list("text", flat=True)) == {"材料在档案馆"}


def test_only_the_ticked_ones_take_the_explanation(client, people, check):
    client.force_login(people.preparer)
    one, two, *_ = proofs(check)
    post(client, check, kind="evidence", ticked="1", finding=[one.key, two.key], shown=[one.key], text="同一批材料")
    assert set(FindingAnswer.objects.values_list("item_id", flat=True)) == {one.item_id, two.item_id}


def test_what_blocks_for_good_or_is_gone_is_left_out_and_named(people, check):
    one = proofs(check)[0]
    done = answer_findings(table=check.table, keys=[one.key, "complete:7.2.7:", "target:7.2.1:"], text="在办", by=people.preparer)
    assert (done.done, set(done.refused)) == (1, {"complete:7.2.7:", "target:7.2.1:"})
    for keys, text in (([], "在办"), ([one.key], " "), (["complete:7.2.7:"], "在办"), ([one.key], "长" * 1001)):
        with pytest.raises(Refused):
            answer_findings(table=check.table, keys=keys, text=text, by=people.preparer)
    with pytest.raises(NotAllowed):
        answer_findings(table=check.table, keys=[one.key], text="在办", by=people.reviewer)


def test_a_refusal_stands_over_the_page_that_keeps_what_was_typed(client, people, check):
    client.force_login(people.preparer)
    answer = post(client, check, kind="evidence", ticked="1", text="在办", headers=HTMX)
    assert answer.status_code == 409
    assert (answer["HX-Retarget"], answer["HX-Reselect"]) == ("#messages", ".gd-note")
    assert "请勾选要说明的提示" in answer.content.decode()
    assert "在办" in post(client, check, kind="evidence", ticked="1", text="在办").content.decode()


def test_rows_brought_in_are_confirmed_from_the_check(client, people, check):
    client.force_login(people.preparer)
    assert "确认这1条" in page_of(client, check).content.decode()
    answer = post(client, check, "finding_confirm", all="1", shown=["6.2.1"], query="state=blocking")
    assert answer.url.endswith("?state=blocking&at=confirmed")
    page = client.get(answer.url)
    assert "1条已确认" in page.content.decode()
    assert "confirmed" not in {group.key for group in page.context["list"].groups}
    assert RowPrefill.objects.get(row__item_id="6.2.1").confirmed_by == people.preparer
    assert "请勾选" in client.get(post(client, check, "finding_confirm", ticked="1").url).content.decode()


def test_a_reviewer_reads_the_same_list_without_a_form(client, people, check):
    client.force_login(people.reviewer)
    text = page_of(client, check).content.decode()
    assert "缺佐证材料" in text
    assert 'name="shown"' not in text
