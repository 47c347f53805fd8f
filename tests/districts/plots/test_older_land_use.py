"""Land use as older plans name it: classes of before 2023 and short words are read with a word, or asked."""

import pytest
from django.urls import reverse

from districts.land.land_use import before, classes, code_of, is_old_code, meant_by
from districts.plots.workbook import PlotReader
from greendistrict.core import clock
from greendistrict.documents.workbooks.pasted import pasted_workbook
from tests.factories.districts import PlotFactory, make_district

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("typed", "code", "buildable"), [
    ("M1", "100101", True), ("Ｍ1 一类工业用地", "100101", True), ("B1商业", "0901", True), ("住宅", "0701", True),
    ("住宅用地", "0701", True),
    ("G1", "1401", False), ("S1", "1207", False), ("公用设施营业网点", "090105", True), ("商住混合", "", True),
])  # fmt: skip
def test_one_class_that_is_meant_is_read_with_a_word(people, typed, code, buildable):
    found = PlotReader(make_district(people), clock.today()).read(pasted_workbook(f"地块编号\t用地性质\t用地面积 公顷\nA-1\t{typed}\t2"))
    assert [(work.fields["land_use_code"], work.fields["buildable"]) for work in found.works] == [(code, buildable)]
    [note] = [line.note for line in found.noted if line.label == "用地性质"]
    assert ("请核对" in note or "没有代码" in note, note.count("按")) == (True, 1 + (not buildable))


@pytest.mark.parametrize(("typed", "asked"), [
    ("R2", "0702 城镇社区服务设施用地，请写明是哪一类"), ("二类居住用地", "070102 二类城镇住宅用地"), ("道路", "1207 城镇村道路用地"),
    ("A3", "0804 教育用地、0802 科研用地"),
])  # fmt: skip
def test_of_several_classes_one_is_asked_for(people, typed, asked):
    found = PlotReader(make_district(people), clock.today()).read(pasted_workbook(f"地块编号\t用地性质\t用地面积 公顷\nA-1\t{typed}\t2"))
    assert (found.works, [asked in line.note for line in found.refused]) == ([], [True])


def test_every_older_class_means_classes_of_today():
    assert [code for code in before() for one in meant_by(code).codes if one not in classes()] == []


@pytest.mark.parametrize(("typed", "asked"), [
    ("B1、B2", "0901 商业用地、0902 商务金融用地"), ("B1/B2", "0902 商务金融用地"), ("B1B2", "0902 商务金融用地"),
])  # fmt: skip
def test_several_codes_in_one_cell_are_asked_about(people, typed, asked):
    found = PlotReader(make_district(people), clock.today()).read(pasted_workbook(f"地块编号\t用地性质\t用地面积 公顷\nA-1\t{typed}\t2"))
    assert (found.works, [asked in line.note for line in found.refused]) == ([], [True])
    assert (code_of(typed), is_old_code(typed)) == ("", True)


@pytest.mark.parametrize("typed", ["B1、商务", "B1、X9", "0901、0701", "0901 0701 混合用地"])
def test_a_code_beside_something_else_is_not_read_as_that_code(people, typed):
    found = PlotReader(make_district(people), clock.today()).read(pasted_workbook(f"地块编号\t用地性质\t用地面积 公顷\nA-1\t{typed}\t2"))
    assert [work.fields["land_use_code"] for work in found.works] == [""]


@pytest.mark.parametrize("typed", ["0901 住宅用地", "901 住宅用地"])
def test_a_code_beside_the_name_of_another_class_is_asked_about_in_forms_too(client, people, typed):
    plot = PlotFactory(district=make_district(people), number="A-1", land_use="零售商业用地", land_use_code="090101")
    client.force_login(people.preparer)
    for name in ("plot_edit", "plot_change"):
        address = reverse(f"districts:{name}", args=[plot.district.code, *([plot.pk] if name == "plot_edit" else [plot.pk, "plan"])])
        shown = client.get(address).context["form"]
        data = {key: value for key in shown.fields if (value := shown[key].value()) not in (None, "")}
        answer = client.post(address, {**data, "land_use": typed})
        assert answer.status_code == 422
        assert answer.context["form"].errors["land_use"] == ["0901 商业用地与所写的“住宅用地”不是一类，请写明是哪一类"]
