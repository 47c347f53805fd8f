"""Pages of plots: filtered list, board, a plot's page, answers and letters."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from districts.baselines.services import freeze_baseline
from districts.common.enums import ControlStep
from districts.file.models.district import District
from districts.plots.models import Plot, PlotControl
from districts.plots.selectors import board
from districts.plots.services.indicator_values import save_values
from greendistrict.core import clock
from tests.factories.districts import PlotFactory, file_case
from tests.plot_steps import WHY, paper

BACKFILL = {"upload": paper(), "backfill": "on", "backfill_reason": WHY}
REQUIRED = {"carbon-required": "36", "star-required": "二星级", "open_green-required": "是"}


@pytest.fixture
def plot(district):
    return PlotFactory(district=district, number="YC-01", land_use_code="0902", land_use="商务金融用地")


def url(name, district, **more):
    return reverse(f"districts:{name}", kwargs={"code": district.code, **more})


def test_requirements_are_asked_and_answered_on_the_page_of_a_plot(client, people, district, plot):
    page = url("plot_control", district, pk=plot.pk)
    today = clock.today().isoformat()
    client.force_login(people.preparer)
    assert client.get(url("plot_control", district, pk=PlotFactory().pk)).status_code == 404, "a plot of another district"
    assert client.post(url("plot_open", district, pk=plot.pk), {"table": "grant", "with_scheme": "on"}).status_code == 422
    assert client.post(url("plot_open", district, pk=plot.pk), {"table": "grant"}).status_code == 302
    asked = {"level": "city", "organisation": people.bureau_body.pk, "on": today, "version": 1, **BACKFILL}
    wrong = client.post(url("plot_ask", district, pk=plot.pk), asked)
    assert (wrong.status_code, "应征询同级住建部门" in wrong.content.decode()) == (409, True)
    assert client.post(url("plot_ask", district, pk=plot.pk), {**asked, "level": "district"}).status_code == 302
    opinion = plot.opinions.get()
    answer = url("opinion_answer", district, pk=opinion.pk)
    assert client.get(answer).status_code == 403
    asking = client.get(page).content.decode()
    assert (answer in asking, "已征询，待答复" in asking) == (False, True)
    assert client.get(reverse("reports:letter", args=["plotopinion", opinion.pk, "reply"])).status_code == 404
    client.force_login(people.bureau)
    assert answer in client.get(page).content.decode()
    assert client.post(answer, {"on": "", "version": 2}).status_code == 422
    offered = re.search(r'<select name="low_energy-required".*?</select>', client.get(answer).content.decode(), re.DOTALL)[0]
    assert ("不要求" in offered, "超低能耗" in offered, ">无<" in offered) == (True, True, False), "one word for asking nothing"
    empty = client.post(answer, {"on": today, "version": 2})
    assert (empty.status_code, "请至少对一项" in empty.content.decode()) == (409, True)
    given = {**REQUIRED, "version": 2, "on": today, "number": "演示住建〔2026〕8号", "text": "另请落实海绵设施"}
    assert client.post(answer, given).status_code == 302
    told = client.get(page).content.decode()
    assert (re.search(r"已征询，\S+日答复", told) is not None, "已征询，待答复" in told) == (True, False)
    letter = client.get(reverse("reports:letter", args=["plotopinion", opinion.pk, "reply"])).content.decode()
    said = ("演示住建〔2026〕8号", "纳入土地出让合同。", "kgCO₂/(m²·a)", "不高于要求值", "另请落实海绵设施")
    assert [words for words in said if words not in letter] == []


def answered(client, people, district, plot):
    """Carry the plot through its page until the bureau has given its requirements; the preparer is signed in then."""
    today = (clock.today() - dt.timedelta(days=1)).isoformat()
    client.force_login(people.preparer)
    client.post(url("plot_open", district, pk=plot.pk), {"table": "grant"})
    asked = {"level": "district", "organisation": people.bureau_body.pk, "on": today, "version": 1, **BACKFILL}
    client.post(url("plot_ask", district, pk=plot.pk), asked)
    client.force_login(people.bureau)
    given = {**REQUIRED, "version": 2, "on": today, "number": "演示住建〔2026〕8号"}
    client.post(url("opinion_answer", district, pk=plot.opinions.get().pk), given)
    client.force_login(people.preparer)


def test_an_answered_plot_goes_on_to_contract_values_opinions_and_checks(client, people, district, plot):
    answered(client, people, district, plot)
    page = url("plot_control", district, pk=plot.pk)
    today = clock.today().isoformat()
    version = PlotControl.objects.get().version
    step = {"on": today, "number": "沪演示出让1号", "version": version, **BACKFILL}
    assert client.post(url("plot_step", district, pk=plot.pk, action="contract"), {**step, "version": 0}).status_code == 409
    wrong = client.post(url("plot_step", district, pk=plot.pk, action="contract"), {**step, "on": "2026-01-05"})
    assert wrong.status_code == 409  # before the reply: said beside the day, and what was typed stays
    assert all(words in wrong.content.decode() for words in ("日期不能早于上一步", 'value="2026-01-05"', 'value="沪演示出让1号"'))
    assert client.post(url("plot_step", district, pk=plot.pk, action="contract"), step).status_code == 302
    assert "必询部门意见未齐" in client.get(page).content.decode()
    values = {"version": Plot.objects.get().version, "carbon-designed": "三十六"}
    assert client.post(url("plot_values", district, pk=plot.pk), values).status_code == 422
    assert client.post(url("plot_values", district, pk=plot.pk), {**values, "carbon-designed": "37"}).status_code == 302
    assert "设计差于要求" in client.get(page).content.decode()
    assert client.post(url("plot_opinions", district, pk=plot.pk), {"departments": ["交通", "水务"], "on": today}).status_code == 302
    first = plot.opinions.get(department="交通")
    given = {"result": "agreed", "on": today, "number": "演示函1"}
    unscanned = client.post(url("opinion_answer", district, pk=first.pk), given)
    assert (unscanned.status_code, "请上传扫描件" in unscanned.content.decode()) == (422, True)
    assert client.post(url("opinion_answer", district, pk=first.pk), {**given, "upload": paper()}).status_code == 302
    check = {"stage": "approval", "department": "发展改革", "result": "held", "checked_on": today}
    unscanned = client.post(url("plot_check", district, pk=plot.pk), check)
    assert (unscanned.status_code, "请上传书面审查意见的扫描件" in unscanned.content.decode()) == (422, True)
    check["upload"] = paper()
    assert client.post(url("plot_check", district, pk=plot.pk), check).status_code == 302
    assert "发展改革" in client.get(page).content.decode()
    assert "acquired_on" not in client.get(url("plot_edit", district, pk=plot.pk)).context["form"].fields


def test_an_old_form_does_not_open_another_table(preparer, district, plot):
    assert preparer.post(url("plot_open", district, pk=plot.pk), {"table": "grant"}).status_code == 302
    old = preparer.post(url("plot_open", district, pk=plot.pk), {"table": "own", "version": 0})
    assert (old.status_code, PlotControl.objects.get().table) == (409, "grant")


def mixed(district):
    """One plot of each kind that the boards tell apart."""
    long_ago = dt.date(2025, 1, 1)
    plots = {
        "late": PlotFactory(district=district, number="A-1", planned_acquisition=long_ago, planned_start=long_ago, planned_finish=long_ago),
        "kept": PlotFactory(district=district, number="A-2", buildable=False, planned_finish=long_ago),
        "own": PlotFactory(district=district, number="A-3", acquisition="own", planned_acquisition=long_ago),
        "built": PlotFactory(district=district, number="A-4", built_on=long_ago, conforms=True, planned_finish=long_ago),
        "short": PlotFactory(district=district, number="A-5", built_on=long_ago, conforms=False),
        "site": PlotFactory(district=district, number="A-6", acquired_on=long_ago, acquisition="grant", started_on=long_ago),
    }
    Plot.objects.filter(pk=plots["kept"].pk).update(sub_area="东片区", land_use_code="1401", land_use="公园绿地")
    Plot.objects.filter(pk=plots["own"].pk).update(owner="演示置业公司")
    PlotControl.objects.create(plot=plots["site"], table="grant", status=ControlStep.SITE)
    PlotControl.objects.create(plot=plots["short"], table="own", status=ControlStep.COMPLETION)
    return plots


@pytest.mark.parametrize(("chosen", "numbers"), [
    ({"q": "a-4"}, ["A-4"]), ({"q": "东片"}, ["A-2"]), ({"q": "1401"}, ["A-2"]), ({"q": "公园"}, ["A-2"]), ({"q": "演示置业"}, ["A-3"]),
    ({"step": "none"}, ["A-1", "A-3"]), ({"step": "got"}, ["A-7"]), ({"step": "built"}, ["A-4"]), ({"step": "kept"}, ["A-2"]),
    ({"step": "site"}, ["A-6"]), ({"late": "any"}, ["A-1"]), ({"late": "acquisition"}, ["A-1"]), ({"late": "opinion"}, []),
    ({"short": "failing"}, ["A-5"]), ({"acquisition": "own"}, ["A-3"]),
])  # fmt: skip
def test_the_list_under_a_condition(preparer, district, chosen, numbers):
    mixed(district)
    PlotFactory(district=district, number="A-7", acquired_on=dt.date(2025, 1, 1), acquisition="grant")
    page = preparer.get(url("plot_list", district), chosen)
    assert [row.number for row in page.context["rows"]] == numbers


def test_the_boards_count_plots_and_hectares(client, people, district):
    plots = mixed(district)
    file_case(district)
    save_values(plot=plots["own"], values={"carbon": {"required": "36", "designed": "37"}}, version=0, by=people.preparer)
    freeze_baseline(district=district, kind="plan", reason="测试", by=None)
    freeze_baseline(district=district, kind="pilot", reason="测试", by=None)
    assert {line.label: line.plots for line in board.by_step(district).lines} == {
        "未启动": 2, "施工": 1, "竣工验收": 1, "补录：已建成": 1,
    }  # fmt: skip
    assert [line.plots for line in board.by_lateness(district, clock.today())] == [0, 1, 1, 1, 1]
    lines = board.by_shortfall(district)
    assert [(line.key, line.designed, line.required) for line in lines if line.required] == [("carbon", 1, 1)]
    assert {line.not_stated for line in lines if not line.required} == {5}, "the plot that is kept is asked for nothing"
    client.force_login(people.city_officer)
    page = client.get(url("plot_board", district)).content.decode()
    assert all(words in page for words in ("20.0%", "1 / 5个", "按面积20.0%", "补录，没有逐项数值", "?step=built"))
    District.objects.filter(pk=district.pk).update(type="renewal")
    rates = client.get(url("plot_board", district)).context["rates"]
    assert [(rate["share"], rate["absent"]) for rate in rates] == [(0.2, "无基线"), (None, "不适用")], "half is asked of new districts"
    assert client.get(url("plot_board", district)).context["all_steps"][0] == district.plots.filter(buildable=True).count()


def test_the_board_shows_what_changed_at_once(preparer, people, district):
    """Its four cards are kept by what they show, never by district or time."""
    plots = Plot.objects.filter(pk=PlotFactory(district=district, number="YS-77", area_ha="3.25", planned_start=dt.date(2020, 1, 1)).pk)

    def shown():
        page = preparer.get(url("plot_board", district)).content.decode()
        cards = {name: page[page.index(f'id="b-{name}"') :].partition("</section>")[0] for name in ("step", "late", "short", "list")}
        return {name: re.sub(r"\s+", " ", strip_tags(card)) for name, card in cards.items()}

    seen = [shown()]
    for changed in ({"area_ha": "4.75"}, {"built_on": dt.date(2026, 1, 1), "conforms": False}, {"number": "YS-78"}, {"conforms": True}):
        plots.update(**changed)
        seen.append(shown())
    new, larger, failing, _, conforming = seen
    assert ("3.25" in new["step"], "3.25" in larger["step"], "4.75" in larger["step"]) == (True, False, True)
    assert new["late"] != larger["late"] != failing["late"]
    assert ["YS-77" in one["list"] for one in seen] == [False, False, True, False, False]
    assert ["YS-78" in one["list"] for one in seen] == [False, False, False, True, False]
    save_values(plot=plots.get(), values={"carbon": {"required": "36", "designed": "37"}}, version=plots.get().version, by=people.preparer)
    assert shown()["short"] != conforming["short"] == new["short"]


def test_no_two_fields_of_the_list_share_an_id(preparer, district, plot):
    text = preparer.get(url("plot_list", district)).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert sorted(one for one in set(ids) if ids.count(one) > 1) == []
