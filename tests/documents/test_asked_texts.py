"""A text of a choice that nobody knows is answered once for all its rows, in every list, for this upload."""

import lxml.html
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from approvals.titles.models.publicity import HistoricSelfCheck
from districts.plots.models import Plot
from districts.projects.models import KeyProject
from greendistrict.accounts.models import Organisation
from greendistrict.documents.workbooks.cells import read_cell
from greendistrict.documents.workbooks.columns import CHOICES, AskedCellError, Column
from greendistrict.documents.workbooks.grids import BookCell
from tests.documents.test_every_import import KINDS, sheet, text
from tests.factories.districts import PlotFactory, make_district

pytestmark = pytest.mark.django_db


@pytest.fixture
def posts(client, people):
    """Logs in for a kind of list and gives a function that posts to an address of it."""

    def of(name):
        client.force_login(getattr(people, KINDS[name].who))
        address = KINDS[name].address(people)
        return lambda what, data: client.post(address(what), data)

    return of


def questions(answer):
    """Label over each select, and its answers; the chosen ones."""
    tree = lxml.html.fromstring(answer.content)
    selects = tree.xpath('//select[@name="answer"]')
    labels = [tree.xpath(f'string(//label[@for="{one.get("id")}"])') for one in selects]
    chosen = [one.xpath("./option[@selected]/@value") for one in selects]
    return {label: [*one.xpath("./option/text()")] for label, one in zip(labels, selects, strict=True)}, chosen


def answered(seen, *answers):
    """The form of a preview with these answers, each to the text beside it."""
    tree = lxml.html.fromstring(seen.content)
    fields = {name: tree.xpath(f'//input[@name="{name}"]/@value') for name in ("label", "text")}
    return {"kept": seen.context["kept"], **fields, "answer": answers}


R2 = "070102 二类城镇住宅用地"
PLOTS = [
    ("宗地编号", "土地用途", "供地方式", "用地面积"),
    ("PD-01", "R2", "划拨", 1),
    ("PD-02", "R2", "划拨", 1),
    ("PD-03", "绿地", "协议", 1),
    ("PD-04", "R2", "划拨", 1),
]


def test_an_old_class_is_answered_once_for_all_plots(posts):
    post = posts("plots")
    seen = post("import", {"pasted": text(PLOTS)})
    found, _ = questions(seen)
    assert [*found] == ["用地性质 “R2”，3行", "用地性质 “绿地”，1行", "取得方式 “协议”，1行"]
    assert found["用地性质 “R2”，3行"][0] == "留待改正"
    assert R2 in found["用地性质 “R2”，3行"]
    assert (found["取得方式 “协议”，1行"][1:], len(seen.context["preview"].works)) == (["出让", "划拨", "自有"], 0)
    again = post("import", answered(seen, R2, "", "出让"))
    assert again.content.decode().count(f"“R2”按这次选定的“{R2}”") == 3, "at each cell"
    assert "B3" not in [line.address for line in again.context["preview"].refused]
    assert questions(again)[1] == [[], [R2], ["出让"]], "what is open stands first, what was chosen may be changed"
    assert [line.address for line in again.context["preview"].refused] == ["B4"], "the other rows are left to be mended"
    post("apply", {"token": again.context["token"]})
    assert set(Plot.objects.values_list("number", "land_use_code")) == {(name, "070102") for name in ("PD-01", "PD-02", "PD-04")}
    assert len(questions(post("import", {"pasted": text(PLOTS[:2])}))[0]) == 1, "an answer is of one upload"


def test_answers_and_columns_are_chosen_one_after_the_other(posts):
    post, lines = posts("plots"), [("宗地编号", "用地面积", "土地用途", "备用"), ("PD-01", 1, "R2", "甲（虚构）")]
    seen = post("import", {"workbook": SimpleUploadedFile("台账.xlsx", sheet(*lines))})
    first = post("import", answered(seen, R2))
    second = post("import", {"kept": first.context["kept"], "head": ["备用"], "column": ["建设单位（权属）"]})
    [work] = second.context["preview"].works
    assert (work.fields["land_use_code"], work.fields["owner"]) == ("070102", "甲（虚构）")
    undone = post("import", answered(second, ""))
    assert (undone.context["preview"].works, len(undone.context["preview"].refused)) == ([], 1)


def test_nothing_but_what_is_offered_is_put_in(posts, people):
    PlotFactory(district=make_district(people), number="PD-01", land_use="商业用地", land_use_code="0901")
    post = posts("plots")
    seen = post("import", {"pasted": text(PLOTS[:2])})
    for answer in ("0901 商业用地", "x", " "):
        found = post("import", answered(seen, answer))
        assert (found.context["preview"].works, len(questions(found)[0])) == ([], 1)
    assert post("import", {"kept": "forged", "label": "x", "text": "x", "answer": "x"}).status_code == 409
    lone = post("import", {"kept": seen.context["kept"], "label": ["用地性质"], "text": ["R2"]})
    assert len(questions(lone)[0]) == 1


def test_a_code_beside_another_s_name_is_one_of_the_two(posts):
    found, _ = questions(posts("plots")("import", {"pasted": text([PLOTS[0], ("PD-01", "0901 工业用地", "划拨", 1)])}))
    assert found == {"用地性质 “0901 工业用地”，1行": ["留待改正", "0901 商业用地", "1001 工业用地"]}


OTHERS = [
    ("key projects", [("工程名称", "类型", "进度"), ("甲", "能源", "停工"), ("乙", "能源", "停工")], "状态 “停工”，2行", "未开工"),
    (
        "bodies",
        [("机构代码", "单位名称", "单位类型"), ("a", "甲（虚构）", "公司"), ("b", "乙（虚构）", "公司")],
        "类别 “公司”，2行",
        "申报主体",
    ),
]


@pytest.mark.parametrize(("name", "lines", "question", "answer"), OTHERS, ids=["key projects", "bodies"])
def test_choices_of_other_lists_are_answered_likewise(posts, name, lines, question, answer):
    post = posts(name)
    seen = post("import", {"pasted": text(lines)})
    assert [*questions(seen)[0]] == [question]
    post("apply", {"token": post("import", answered(seen, answer)).context["token"]})
    assert KeyProject.objects.filter(state="planned").count() + Organisation.objects.filter(kind="applicant", code__in="ab").count() == 2


def test_the_take_over_asks_once_as_well(client, people):
    client.force_login(people.city_officer)
    district = make_district(people)
    page = reverse("approvals:take_over", args=["checks"])
    lines = [
        ("城区", "年度", "报送日期", "出处", "确定程度"),
        *((district.name, year, f"{year + 1}-01-20", "档案", typed) for year, typed in ((2023, "大概"), (2024, "大概\u200b"))),
    ]
    seen = client.post(page, {"pasted": text(lines)})
    assert [*questions(seen)[0]] == ["确定程度 “大概”，2行"]
    again = client.post(page, answered(seen, "推定"))
    assert again.content.decode().count("“大概”按这次选定的“推定”") == 2
    client.post(page, {"token": again.context["token"]})
    assert set(HistoricSelfCheck.objects.values_list("certainty", flat=True)) == {"inferred"}


def test_one_of_several_choices_is_replaced_and_the_others_stay():
    column = Column("areas", "类别", CHOICES, choices={"water": "水资源", "carbon": "能源与碳"})
    with pytest.raises(AskedCellError) as asked:
        read_cell(column, BookCell("水资源、交通，交通"))
    assert (asked.value.text, asked.value.options) == ("交通", ("水资源", "能源与碳"))
    assert asked.value.with_answer("能源与碳") == "水资源、能源与碳、能源与碳"
