"""Every figure of a plot, a key project, a work: what it rests on, who entered it, when."""

import datetime as dt
from decimal import Decimal

from districts.common.enums import ImportKind
from districts.lists import services as services_rows
from districts.lists.selectors import DEMO, TYPED, VALUES, row_origins
from districts.lists.services import apply_import, undo_import
from districts.plots.models import Plot, SupplierLevel
from districts.plots.services.control import open_control
from districts.plots.services.indicator_values import save_values
from tests.factories.districts import PlotFactory
from tests.plot_steps import next_day, proof_of
from tests.steps import step

DAY = dt.date(2026, 3, 2)


def told(row):
    row = type(row).objects.get(pk=row.pk)
    return {origin.label: (origin.value, origin.source, origin.who) for origin in row_origins(row)}


def brought(district, people, *works):
    work = {"pk": None, "version": None, "values": {}}
    rows = [{**work, **one} for one in works]
    return apply_import(kind=ImportKind.PLOTS, district=district, works=rows, file_name="地块.xlsx", by=people.preparer)


def test_the_newest_record_that_names_a_figure_tells_where_it_comes_from(people, district):
    name = people.preparer.name
    fields = {"number": "YC-01", "area_ha": "2.5", "floor_area": "30000", "land_use_code": "0902", "land_use": "商务金融用地"}
    brought(district, people, {"label": "YC-01", "fields": fields, "values": {"star": {"designed": "一星级"}}})
    plot = Plot.objects.get()
    file = ("从Excel导入：地块.xlsx", name)
    assert told(plot)["用地面积"] == ("2.5 公顷", *file)
    assert told(plot)["绿色建筑星级（设计值）"] == ("一星级", *file)
    services_rows.save(Plot, district=district, values={"area_ha": Decimal("2.6")}, by=people.preparer, row=plot, version=plot.version)
    plot.refresh_from_db()
    save_values(plot=plot, values={"star": {"designed": "二星级"}}, version=plot.version, by=people.preparer)
    found = told(plot)
    assert found["用地面积"] == ("2.6 公顷", TYPED, name)
    assert found["建筑面积"] == ("30,000 m²", *file)
    assert found["绿色建筑星级（设计值）"] == ("二星级", VALUES, name)
    assert "取得日期" not in found  # nothing is told of what is not known


def test_steps_and_replies_tell_their_document_and_body(people, district):
    plot = PlotFactory(district=district, number="YC-01", land_use_code="0902")
    control = open_control(plot=plot, table="grant", by=people.preparer)
    step(
        control,
        "ask",
        people.preparer,
        level=SupplierLevel.DISTRICT,
        organisation=people.bureau_body,
        on=DAY,
        **proof_of(control, people.preparer, "ask"),
    )
    step(control, "reply", people.bureau, number="演示住建〔2026〕3号", on=DAY, **{"carbon-required": "36"})
    given = {"on": next_day(control, "contract"), **proof_of(control, people.preparer, "contract")}
    step(control, "contract", people.preparer, number="沪演示出让1号", **given)
    found = told(plot)
    assert found["单位建筑面积年碳排放量（要求值）"][1:] == (
        "出让管控步骤：答复指标要求　演示住建〔2026〕3号", f"{people.bureau_body}　{people.bureau.name}",
    )  # fmt: skip
    assert found["取得日期"][:2] == ("2026年3月3日", "出让管控步骤：登记出让合同　沪演示出让1号")
    assert found["用地面积"] == ("1.25 公顷", DEMO, "")


def test_an_import_that_was_taken_back_tells_nothing(people, district):
    plot = PlotFactory(district=district, number="YC-01", floor_area=Decimal(100))
    services_rows.save(Plot, district=district, values={"owner": "演示公司"}, by=people.preparer, row=plot, version=plot.version)
    plot.refresh_from_db()
    change = {"pk": plot.pk, "version": plot.version, "label": "YC-01", "fields": {"owner": "演示集团"}}
    done = brought(district, people, change)
    assert told(plot)["建设单位（权属）"][1] == "从Excel导入：地块.xlsx"
    assert told(plot)["建筑面积"] == ("100 m²", DEMO, "")
    undo_import(done=done, by=people.preparer)
    assert told(plot)["建设单位（权属）"] == ("演示公司", TYPED, people.preparer.name)
