"""变更地块 of the pilot baseline: filled in on the forms of the plot's page, decided by the city, recorded under the number of the case."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from approvals.cases.models.cases import Case
from approvals.casework.selectors.verification import decision_by_number, verify
from districts.baselines.services import freeze_baseline
from districts.common.enums import Acquisition, BaselineKind
from districts.facts.baseline_ratios import plot_rates
from districts.file.models.district import District
from districts.plot_changes.models import PlotChange
from districts.plots.models import Plot
from greendistrict.core import clock
from tests.approvals.casework.tampering import is_named
from tests.approvals.changes.test_change import Asked
from tests.factories.acceptance import make_pilot
from tests.factories.approvals import pdf
from tests.factories.districts import PlotFactory
from tests.refusing import refuses

GOT = {"acquisition": Acquisition.GRANT, "acquired_on": dt.date(2026, 3, 1), "floor_area": Decimal(30_000), "land_use": "住宅"}
TYPED = {
    "split": {"number_1": "A-1", "area_1": "0.5", "floor_1": "12000", "number_2": "A-2", "area_2": "0.75", "floor_2": "18000"},
    "merge": {"others": "B", "number": "M"},
    "renumber": {"number": "X-7"},
    "plan": {"land_use": "商业", "area_ha": "1.1", "floor_area": "26000"},
}
AFTER = {
    "split": {("A-1", "0.5"), ("A-2", "0.75"), ("B", "1.25"), ("N", "1.25")}, "merge": {("M", "2.5"), ("N", "1.25")},
    "renumber": {("X-7", "1.25"), ("B", "1.25"), ("N", "1.25")}, "plan": {("A", "1.1"), ("B", "1.25"), ("N", "1.25")},
}  # fmt: skip
BEFORE = {(number, "1.25") for number in "ABN"}
AREA = pytest.mark.area("approvals", "districts")


@pytest.fixture
def district(people):
    """A pilot with two plots in both baselines and one that was entered afterwards."""
    made = make_pilot(people)
    made.plots.all().delete()
    for number in "AB":
        PlotFactory(district=made, number=number, **GOT)
    for kind in (BaselineKind.PLAN, BaselineKind.PILOT):
        freeze_baseline(district=made, kind=kind, reason="授予试点", by=None)
    PlotFactory(district=made, number="N", **GOT)
    return made


def listed(district):
    return {(number, f"{area.normalize():f}") for number, area in district.plots.values_list("number", "area_ha")}


def rates(district):
    found = plot_rates(District.objects.get(pk=district.pk), clock.today())
    return {name: (fact.numerator, fact.denominator, fact.note) for name, fact in found.items()}


def fill(client, case, kind, **typed):
    """Save the page of the case as the preparer does; the file where none lies there yet."""
    file = {} if "ground_file" in Case.objects.get(pk=case.pk).change.values else {"upload": pdf()}
    given = {"plot": "A", "on": "2026-07-01", "document_number": "沪规划〔2026〕1号", "reason": "按批复办理", **TYPED[kind], **file}
    version = Case.objects.get(pk=case.pk).version
    return client.post(reverse("approvals:change_edit", args=[case.pk]), {"version": version, **given, **typed})


def asked_for(client, people, district, kind, **typed):
    """A change of plots that was filled in on its pages."""
    scene = Asked(f"plot_{kind}", people=people, district=district, without="basis")
    client.force_login(people.preparer)
    answer = fill(client, scene.case, kind, **typed)
    assert answer.status_code == 302, answer.context["form"].errors
    scene.case = Case.objects.get(pk=scene.case.pk)
    return scene


def sent(scene):
    return scene.do("hand_up", "preparer").do("sign", "reviewer")


def deciding(scene):
    return sent(scene).do("to_check", "city_officer", reason="核对无误").do("agree", "city_checker")


def decided(scene, number="演沪建〔2026〕41号"):
    return scene.do("decide", "city_director", number=number, decided_on=clock.today())


@pytest.mark.parametrize("kind", ["split", *(pytest.param(kind, marks=AREA) for kind in TYPED if kind != "split")])
def test_each_kind_is_decided_and_recorded_under_the_case_while_no_share_moves(client, people, district, kind):
    frozen, before = [one.content for one in district.baselines.order_by("pk")], rates(district)
    scene = deciding(asked_for(client, people, district, kind))
    assert (listed(district), PlotChange.objects.count()) == (BEFORE, 0)
    effects = {line["what"]: (line["before"], line["after"]) for line in scene.case.change.effects}
    for what, words in (
        ("八（一）取得建设用地的地块（平台按规划基线计）", "2/2，100.0%"),
        ("八（三）完成建设的地块（平台按试点基线计）", "0/2，0.0%"),
    ):
        assert effects[what][0].startswith(words)
        assert effects[what][0].split("，")[:2] == effects[what][1].split("，")[:2]
    decided(scene)
    made = PlotChange.objects.get()
    recorded = (kind, scene.case.number, people.city_director, "沪规划〔2026〕1号")
    assert (made.kind, made.case_number, made.recorded_by, made.number) == recorded
    assert (made.reason, made.document) == ("按批复办理", scene.case.documents.get(slot="basis").document)
    assert (listed(district), scene.case.change.result) == (AFTER[kind], f"地块{made}")
    assert [one.content for one in district.baselines.order_by("pk")] == frozen
    assert {name: found[:2] for name, found in rates(district).items()} == {name: found[:2] for name, found in before.items()}
    assert verify(decision_by_number("演沪建〔2026〕41号")).holds
    is_named(scene, "变更内容和影响", lambda: PlotChange.objects.update(on=dt.date(2026, 7, 2)))
    page = client.get(reverse("districts:plot_control", args=[district.code, made.after[0]["id"]])).content.decode()
    assert f"经变更{scene.case.number}决定" in page


@AREA  # a whole case for each example
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(units=st.integers(1, 12_499), built=st.sets(st.sampled_from([1, 2])))
def test_no_split_by_a_case_moves_a_share(client, people, district, units, built):
    """Split anywhere, with either part built or not: the plot counts once both are, with its frozen area."""
    area, name = units * Decimal("0.0001"), f"{Plot.with_ended.filter(district=district).count()}"
    plot = PlotFactory(district=district, number=name, **GOT)
    freeze_baseline(district=district, kind=BaselineKind.PILOT, reason="再冻结", by=None)
    before = rates(district)["plots_built_ratio"][:2]
    typed = {"plot": name, "number_1": f"{name}-1", "number_2": f"{name}-2", "area_1": f"{area}", "area_2": f"{Decimal('1.25') - area}"}
    decided(deciding(asked_for(client, people, district, "split", **typed)), number=f"演沪建〔2026〕{plot.pk}号")
    assert rates(district)["plots_built_ratio"][:2] == before
    district.plots.filter(number__in=[f"{name}-{at}" for at in built]).update(built_on=dt.date(2026, 6, 1), conforms=True)
    assert rates(district)["plots_built_ratio"][:2] == (before[0] + (built == {1, 2}), before[1])


def test_the_comparison_says_what_becomes_of_each_plot(client, people, district):
    change = sent(asked_for(client, people, district, "split")).case.change
    assert [(line["what"], line["before"], line["after"]) for line in change.lines[:3]] == [
        ("地块A", "住宅，用地1.2500公顷，建筑面积30,000.00 m²", "分割为A-1、A-2，转为历史"),
        ("地块A-1", "没有", "住宅，用地0.5000公顷，建筑面积12,000.00 m²"),
        ("地块A-2", "没有", "住宅，用地0.7500公顷，建筑面积18,000.00 m²"),
    ]
    assert change.lines[-1]["after"] == "沪规划〔2026〕1号，2026年7月1日"
    assert any("规划基线、试点基线不动" in line["after"] for line in change.lines)


def test_the_way_from_the_plot_to_the_case_keeps_the_plot(preparer, district):
    start = reverse("approvals:change_start")
    asking = {"district": district.code, "kind": "plot_plan", "plot": "A"}
    assert 'name="plot" value="A"' in preparer.get(start, asking).content.decode()
    edit = preparer.post(start, asking)["Location"]
    form = preparer.get(edit).context["form"]
    assert [form[name].value() for name in ("plot", "land_use", "area_ha", "floor_area")] == ["A", "住宅", "1.25", "30000"]
    case = Case.objects.get()
    assert fill(preparer, case, "plan").status_code == 302
    form = preparer.get(reverse("approvals:change_edit", args=[case.pk])).context["form"]
    assert [form[name].value() for name in ("plot", "land_use", "area_ha")] == ["A", "商业", "1.1"]
    assert "已上传；不换文件的不用再选" in form["upload"].help_text
    assert fill(preparer, case, "plan", area_ha="1.2").status_code == 302
    assert (case.documents.count(), Case.objects.get().change.values["typed"]["area_ha"]) == (1, "1.2")
    assert fill(preparer, case, "plan", upload=pdf("新批复.pdf")).status_code == 302
    assert case.documents.get().document.version == 2
    assert "变更依据" in preparer.get(reverse("approvals:case", args=[case.pk])).content.decode()


@pytest.mark.parametrize("refusal", [
    ("split", {"area_2": "0.7"}, "合计1.2000公顷，原地块1.2500公顷"), ("split", {"number_3": "A-3"}, "编号和用地面积须一起填写"),
    ("merge", {"others": "Z"}, "没有地块Z"), ("renumber", {"number": "B"}, "地块编号已有：B"),
    ("plan", {"land_use": "住宅", "area_ha": "1.25", "floor_area": "30000"}, "没有变化"), ("renumber", {"plot": "Z"}, "清单里没有这个地块"),
    ("renumber", {"on": "2100-01-01"}, "日期不能晚于今天"), ("renumber", {"upload": ""}, "请上传依据文件"),
])  # fmt: skip
def test_what_the_page_of_the_plot_refuses_the_case_refuses(client, people, district, refusal):
    kind, typed, words = refusal
    scene = Asked(f"plot_{kind}", people=people, district=district, without="basis")
    client.force_login(people.preparer)
    answer = fill(client, scene.case, kind, **typed)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert Case.objects.get().change.values == {}


def test_plots_outside_the_baseline_take_no_case(client, people, district):
    refuses("不在试点基线，不需要经变更办理", sent, asked_for(client, people, district, "renumber", plot="N"))


def test_a_merge_with_a_plot_outside_the_baseline_takes_the_case(client, people, district):
    before = rates(district)
    decided(deciding(asked_for(client, people, district, "merge", plot="N", others="A")))
    assert listed(district) == {("M", "2.5"), ("B", "1.25")}
    assert {name: found[:2] for name, found in rates(district).items()} == {name: found[:2] for name, found in before.items()}


def test_a_proposal_that_the_plots_left_behind_is_not_decided_and_nothing_is_lost(client, people, district):
    scene = deciding(asked_for(client, people, district, "split"))
    plot = district.plots.get(number="A")
    Plot.objects.filter(pk=plot.pk).update(owner="另一家", version=plot.version + 1)
    typed = scene.case.change.values
    refuses("填写后地块有改动", decided, scene)
    case = Case.objects.get()
    assert (case.decided_on, case.change.values, listed(district)) == (None, typed, BEFORE)
    scene.do("return_for_more", "city_director", reason="地块资料有改动").do("return_change", "city_officer", reason="请核对后重新保存")
    client.force_login(people.preparer)
    assert fill(client, scene.case, "split").status_code == 302
    scene.case = Case.objects.get()
    decided(deciding(scene))
    assert (listed(district), district.plots.get(number="A-1").owner) == (AFTER["split"], "另一家")


def test_a_paper_that_was_taken_away_holds_the_change(client, people, district):
    scene = asked_for(client, people, district, "renumber")
    scene.case.documents.filter(slot="basis").delete()
    refuses("请上传依据文件", scene.do, "hand_up", "preparer")
    assert "请上传依据文件" in fill(client, scene.case, "renumber").content.decode()
    assert fill(client, scene.case, "renumber", upload=pdf()).status_code == 302
    scene.do("hand_up", "preparer")


@AREA
@pytest.mark.parametrize(
    "end",
    [
        lambda scene: deciding(scene).do("refuse", "city_director", number="演〔2026〕9号", decided_on=clock.today(), reason="依据不足"),
        lambda scene: sent(scene).do("decline", "city_officer", reason="不属于变更事项"),
        lambda scene: sent(scene).do("withdraw", "reviewer", reason="另行研究"),
        lambda scene: scene.do("discard", "preparer"),
    ],
    ids=["refused", "declined", "withdrawn", "discarded"],
)
def test_a_case_that_ends_otherwise_leaves_the_plots_as_they_were(client, people, district, end):
    before = rates(district)
    end(asked_for(client, people, district, "split"))
    assert (listed(district), rates(district), PlotChange.objects.count()) == (BEFORE, before, 0)
