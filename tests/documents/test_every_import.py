"""Every page on which rows come in takes them as a workbook, another's sheet, a CSV file and a copied range, and says which heads it read.

``KINDS`` are the lists; the table of all importers stands in docs/workbooks.md, and one that is not in it is found here.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from approvals.titles.models.publicity import HistoricSelfCheck, Title
from carbon.inventories.models import ActivityRow
from carbon.metering.models import MeterReading
from carbon.metering.reading_file import ReadingHeads
from districts.indicator_systems.models import IndicatorRow
from districts.plots.models import Plot
from districts.projects.models import KeyProject, Work
from greendistrict.accounts.models import Organisation, Post, User
from greendistrict.documents.models import ChosenHeads
from greendistrict.documents.workbooks import reader
from greendistrict.documents.workbooks.heads_alike import bare_head
from indicators.entry.models import DraftChapter
from tests.carbon.inventories.world import make_inventory
from tests.factories.accounts import UserFactory
from tests.factories.assessments import published_edition
from tests.factories.districts import make_district
from tests.factories.indicator_systems import begun_system
from tests.factories.meters import MeterFactory
from tests.factories.once import once
from tests.factories.reviews import make_experts
from tests.factories.workbooks import saved
from tests.indicators.entry.test_entry import FILL
from tests.indicators.entry.test_entry import add as add_chapter
from tests.indicators.entry.test_entry import begin as begin_entry
from tests.indicators.entry.test_entry import page as page_of_chapter

pytestmark = pytest.mark.django_db
edition = once(published_edition)


class Kind(NamedTuple):
    """One importer: who uses it, its addresses, a table in an office's words, what stands in the store afterwards."""

    who: str
    address: Callable[[Any], Callable[[str], str]]
    heads: tuple[str, ...]
    row: tuple[Any, ...]
    stored: Callable[[], Any]
    expected: Any


def _of_district(name):
    def address(people):
        code = make_district(people).code
        return lambda what: reverse(f"districts:{name}_{what}", kwargs={"code": code})

    return address


def _system(people):
    system = begun_system(people)
    return lambda what: reverse(f"districts:indicator_{what}", kwargs={"code": system.district.code, "number": system.number})


def _inventory(people):
    found = make_inventory(people)
    return lambda what: reverse(f"carbon:inventory_{what}", args=[found.pk])


def _experts(people):
    make_experts(people, 0)
    return lambda what: reverse(f"assessments:expert_{what}")


def _enrolment(kind):
    def address(people):
        people.security_keeper  # noqa: B018 -- made with its seat
        return lambda what: reverse(f"portal:enrolment_{what}", args=[kind])

    return address


def _posts(people):
    UserFactory(username="pasted")
    Organisation.objects.create(code="demo-tie", name="演示帖公司（虚构）", kind="applicant")
    return _enrolment("posts")(people)


KINDS = {
    "plots": Kind(
        "preparer", _of_district("plot"), ("宗地编号", "土地用途", "用地面积（㎡）", "受让人"), ("PD-01", "070102", 23500, "甲（虚构）"),
        lambda: list(Plot.objects.values_list("area_ha", "owner")), [(Decimal("2.35"), "甲（虚构）")],
    ),
    "key projects": Kind(
        "preparer", _of_district("key_project"), ("工程名称", "总投资（亿元）", "类型"), ("能源站", 1.2, "能源"),
        lambda: list(KeyProject.objects.values_list("name", "investment")), [("能源站", 12000)],
    ),
    "works": Kind(
        "preparer", _of_district("work"), ("道路名称", "长度（公里）", "类型"), ("规划一路", 1.5, "道路"),
        lambda: list(Work.objects.values_list("name", "length_m")), [("规划一路", 1500)],
    ),
    "indicator systems": Kind(
        "preparer", _system, ("条文号", "近期目标", "责任单位"), ("4.2.1", 40, "演示建管委（虚构）"),
        lambda: list(IndicatorRow.objects.filter(key="4.2.1").values_list("near", "department")), [("40", "演示建管委（虚构）")],
    ),
    "inventory": Kind(
        "preparer", _inventory, ("部门", "排放源", "消费量", "计量单位"), ("建筑", "天然气锅炉（虚构）", 12.5, "万m³"),
        lambda: list(ActivityRow.objects.filter(name="天然气锅炉（虚构）").values_list("amount", "unit")), [("12.5", "万m3")],
    ),
    "experts": Kind(
        "secretariat", _experts, ("用户名", "专家姓名", "邮箱", "专业领域", "所在单位", "聘期起"),
        ("pool-tie", "帖演示", "tie@example.invalid", "低碳", "演示帖研究院（虚构）", "2026-03-01"),
        lambda: list(User.objects.filter(username="pool-tie").values_list("name", flat=True)), ["帖演示"],
    ),
    "bodies": Kind(
        "system_keeper", _enrolment("bodies"), ("机构代码", "单位名称", "单位类型"), ("demo-tie", "演示帖公司（虚构）", "申报主体"),
        lambda: list(Organisation.objects.filter(code="demo-tie").values_list("name", flat=True)), ["演示帖公司（虚构）"],
    ),
    "accounts": Kind(
        "system_keeper", _enrolment("accounts"), ("用户名", "人员姓名", "电子邮件"), ("tie", "帖演示", "tie@example.invalid"),
        lambda: list(User.objects.filter(username="tie").values_list("name", "email")), [("帖演示", "tie@example.invalid")],
    ),
    "posts": Kind(
        "security_keeper", _posts, ("登录名", "单位名称", "角色"), ("pasted", "演示帖公司（虚构）", "填报"),
        lambda: list(Post.objects.filter(user__username="pasted").values_list("organisation__code", flat=True)), ["demo-tie"],
    ),
}  # fmt: skip
TITLE = "一览表（虚构）"


def text(lines, separator="\t", end="\r\n"):
    return end.join(separator.join(map(str, line)) for line in lines)


def sheet(*lines, merge=()):
    """A workbook of a sheet with another name."""
    made = openpyxl.Workbook()
    made.active.title = "台账"
    for line in lines:
        made.active.append(line)
    for one in merge:
        made.active.merge_cells(one)
    return saved(made)


def file(name, content):
    return {"workbook": SimpleUploadedFile(name, content)}


FORMS = {
    "pasted": lambda kind: {"pasted": text([kind.heads, kind.row])},
    "pasted below a title": lambda kind: {"pasted": text([[TITLE], kind.heads, kind.row, ["合计"]], end="\n")},
    "CSV of a spreadsheet in GBK": lambda kind: file("表.csv", text([[TITLE], kind.heads, kind.row], ",").encode("gb18030")),
    "CSV with a stated separator": lambda kind: file("表.CSV", b"sep=;\n" + text([kind.heads, kind.row], ";", "\n").encode()),
    "text with tabs in UTF-16": lambda kind: file("表.txt", text([kind.heads, kind.row]).encode("utf-16")),
    "CSV with full-width commas": lambda kind: file("表.csv", text([kind.heads, kind.row], "，").encode("utf-8-sig")),
    "a sheet of an office": lambda kind: file(
        "表.xlsx", sheet([TITLE], [], kind.heads, kind.row, ["合计"], ["注：虚构"], merge=("A1:C1", "A6:C6"))
    ),
    "another order, broken heads": lambda kind: file(
        "表.xlsx", sheet([f" {head[:1]}\n{head[1:]}*" for head in kind.heads[::-1]], kind.row[::-1])
    ),
}


@pytest.fixture(params=KINDS)
def kind(request):
    return KINDS[request.param]


@pytest.fixture
def post(client, people, kind):
    """Posts to a page of the importer."""
    address = kind.address(people)
    client.force_login(getattr(people, kind.who))
    return lambda what, data: client.post(address(what), data)


@pytest.mark.parametrize("form", FORMS)
def test_a_table_comes_in_in_each_form(post, kind, form):
    seen = post("import", FORMS[form](kind))
    assert (seen.status_code, seen.context["preview"].refused) == (200, []), seen.context["preview"].problems
    told = "按表头对应：" in seen.content.decode()  # which column a head was read as
    assert (told, seen.context["preview"].unread) == (True, [])
    assert post("apply", {"token": seen.context["token"]}).status_code == 302
    assert kind.stored() == kind.expected


def odd_heads(heads):
    """Heads that nobody knows, with the units of these."""
    return [f"甲{at}{head[head.find('（') :] if '（' in head else ''}" for at, head in enumerate(heads)]


def chosen(post, kind):
    """Whatever was written with columns that were chosen for such heads."""
    known = post("import", {"pasted": text([kind.heads, kind.row])}).context["preview"]
    read = dict(one.split("→") for one in known.told[0].removeprefix("按表头对应：").split("、"))
    odd = odd_heads(kind.heads)
    seen = post("import", {"pasted": text([odd, kind.row])})
    assert (seen.status_code, "认不出表头" in seen.content.decode()) == (422, True)
    columns = [read.get(head, LABELS.get(head, head)) for head in kind.heads]
    again = post("import", {"kept": seen.context["kept"], "head": odd, "column": columns})
    assert again.context["preview"].works, again.context["preview"].problems
    post("apply", {"token": again.context["token"]})
    return dict(zip(odd, columns, strict=True))


LABELS = {"条文号": "键"}


def test_columns_are_chosen_for_heads_that_nobody_knows_and_known_the_next_time(post, kind):
    columns = chosen(post, kind)
    assert kind.stored() == kind.expected
    later = post("import", {"pasted": text([list(columns), kind.row])})
    assert (later.context["preview"].problems, later.context["preview"].unread) == ([], [])
    assert later.context["asked"] == columns  # and may be chosen otherwise
    page = later.content.decode()
    assert all(f'<option value="{label}" selected>' in page for label in columns.values())


def test_what_was_chosen_may_be_chosen_otherwise_the_next_time(post, kind):
    columns = chosen(post, kind)
    head = next(reversed(columns))
    seen = post("import", {"pasted": text([list(columns), kind.row])})
    again = post("import", {"kept": seen.context["kept"], "head": head, "column": ""})
    assert head in again.context["preview"].unread
    assert again.context["asked"] == {**columns, head: ""}


# --- importers with pages of their own ----------------------------------------------------------------------------------


class Other(NamedTuple):
    """One importer: heads in its own words and a row; what stands in the store; a client's steps over its pages."""

    who: str
    columns: tuple[str, ...]
    row: tuple[Any, ...]
    stored: Callable[[], Any]
    expected: Any
    steps: Callable[[Any, Any], Any]


class Steps:
    """What a client does on the pages of an importer."""

    def asked(self, seen):
        return seen.context["asked"]


class TakenOver(Steps):
    """历史补录: the rows are shown and confirmed on one page."""

    def __init__(self, client, people, kind):
        self.client, self.address = client, reverse("approvals:take_over", args=[kind])
        make_district(people, name="演示补录区（虚构）")

    def pasted(self, lines):
        return self.client.post(self.address, {"pasted": text(lines)})

    def chosen(self, seen, heads, columns):
        return self.client.post(self.address, {"kept": seen.context["kept"], "head": heads, "column": columns})

    def written(self, seen, _heads, _columns):
        return self.client.post(self.address, {"token": seen.context["token"]})


class Clauses(Steps):
    """逐章录入: the table is kept in the form of its page, or with the preview if it is a file."""

    def __init__(self, client, _people):
        self.client, self.table = client, ""
        self.chapter = add_chapter(client, begin_entry(client), "5", "用地", 1)
        self.address = page_of_chapter(self.chapter)

    def pasted(self, lines):
        self.table = text(lines)
        self.chapter.refresh_from_db()
        return self._sent()

    def _sent(self, seen=None, **given):
        heads = seen.context["heads"] if seen else ""
        return self.client.post(self.address, {"pasted": self.table, "version": self.chapter.version, "heads": heads, **FILL, **given})

    def chosen(self, seen, heads, columns):
        return self._sent(seen, do="choose", head=heads, column=columns)

    def written(self, seen, heads, _columns):
        return self._sent(seen, do="write", head=heads, column=[""] * len(heads))  # the selects count with their own button


class ClausesOfFile(Clauses):
    """The same by a workbook, which is kept with its preview."""

    def _sent(self, seen=None, **given):
        lines = [line.split("\t") for line in self.table.splitlines()]
        sent = {"kept": seen.context["kept"]} if seen else file("表.xlsx", sheet([TITLE], *lines))
        self.table, table = "", self.table
        answer = super()._sent(seen, **given, **sent)
        self.table = table
        return answer


class Readings(Steps):
    """读数: the file is kept on the server until its preview is confirmed."""

    def __init__(self, client, people):
        self.client, district = client, make_district(people)
        MeterFactory(district=district, code="E-1", interval="day")
        self.address = reverse("carbon:reading_upload", args=[district.code])

    def pasted(self, lines):
        self.kept = self.client.post(self.address, {"pasted": text([[TITLE], *lines])}).url
        return self._shown()

    def _shown(self):
        return self.client.get(self.kept)

    def asked(self, seen):
        return seen.context["asked"].seen["asked"]

    def chosen(self, _seen, heads, columns):
        self.client.post(self.kept, {"head": heads, "column": columns})
        return self._shown()

    def written(self, seen, _heads, _columns):
        return self.client.post(self.kept, {"seen": seen.context["seen"]["digest"]})


CLAUSES = Other(
    "city_officer", ("编号", "名称", "类型", "条件"), ("5.1.1", "用地合规", "控制项", "符合规划"),
    lambda: [(item["id"], item["requirement"]) for row in DraftChapter.objects.all() for item in row.items], [("5.1.1", "符合规划")],
    Clauses,
)  # fmt: skip
OTHERS = {
    "readings": Other(
        "preparer", ("计量器具编号", "时间", "读数", "单位"), ("E-1", "2026-03-01", 12.5, "MWh"),
        lambda: list(MeterReading.objects.values_list("value", flat=True)), [12500],
        Readings,
    ),
    "clauses": CLAUSES,
    "clauses of a file": CLAUSES._replace(steps=ClausesOfFile),
    "self-checks taken over": Other(
        "city_officer", ("城区", "年度", "出处"), ("演示补录区（虚构）", 2021, "公报（虚构）"),
        lambda: list(HistoricSelfCheck.objects.values_list("year", "source")), [(2021, "公报（虚构）")],
        lambda client, people: TakenOver(client, people, "checks"),
    ),
    "titles taken over": Other(
        "city_officer", ("城区", "称号", "依据文件", "出处"), ("演示补录区（虚构）", "试点", "沪府办规〔2018〕24号", "公报（虚构）"),
        lambda: list(Title.objects.values_list("kind", "source")), [("pilot", "公报（虚构）")],
        lambda client, people: TakenOver(client, people, "titles"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_what_was_chosen_on_other_pages_is_known_the_next_time(client, people, name):
    other = OTHERS[name]
    client.force_login(getattr(people, other.who))
    steps, odd = other.steps(client, people), odd_heads(other.columns)
    seen = steps.pasted([odd, other.row])
    assert (other.stored(), list(steps.asked(seen))) == ([], odd)
    again = steps.chosen(seen, odd, other.columns)
    assert steps.asked(again) == dict(zip(odd, other.columns, strict=True))
    steps.written(again, odd, other.columns)
    assert other.stored() == other.expected
    later = steps.pasted([odd, other.row])
    assert steps.asked(later) == steps.asked(again)
    page = later.content.decode()
    assert all(f'<option value="{label}" selected>' in page for label in other.columns)


@pytest.mark.parametrize("name", OTHERS)
def test_a_wrong_choice_for_a_table_that_nobody_knows_yet_is_taken_back(client, people, name):
    other = OTHERS[name]
    client.force_login(getattr(people, other.who))
    steps, odd = other.steps(client, people), odd_heads(other.columns)
    seen = steps.pasted([["多余", *odd], ["甲", *other.row]])
    wrong = steps.chosen(seen, ["多余"], [other.columns[2]])
    again = steps.chosen(wrong, ["多余", *odd], ["", *other.columns])
    assert steps.asked(again) == dict(zip(("多余", *odd), ("", *other.columns), strict=True))
    steps.written(again, ["多余", *odd], ["", *other.columns])
    assert other.stored() == other.expected


def test_a_file_that_chose_nothing_leaves_newer_choices_as_they_are(client, people):
    other = OTHERS["readings"]
    client.force_login(people.preparer)
    steps, odd = other.steps(client, people), odd_heads(other.columns)
    steps.written(steps.chosen(steps.pasted([odd, other.row]), odd, other.columns), odd, other.columns)
    steps.pasted([odd, (*other.row[:1], "2026-03-02", *other.row[2:])])
    waiting = steps.kept
    seen = steps.pasted([odd, (*other.row[:1], "2026-03-03", *other.row[2:])])
    steps.written(steps.chosen(seen, odd[3:], [""]), odd[3:], [""])
    assert client.post(waiting, {"seen": client.get(waiting).context["seen"]["digest"]}).status_code == 302
    assert ChosenHeads.objects.get(kind=ReadingHeads.kind).heads[bare_head(odd[3])] == ""


def test_a_preview_of_clauses_that_is_too_old_is_not_written_otherwise_than_shown(client, people):
    other = CLAUSES
    client.force_login(getattr(people, other.who))
    steps, odd = other.steps(client, people), odd_heads(other.columns)
    again = steps.chosen(steps.pasted([odd, other.row]), odd, other.columns)
    assert again.context["heads"]
    answer = steps._sent(again, do="write", heads=again.context["heads"] + "x")
    assert (answer.status_code, "预览已失效，请重新预览" in answer.content.decode()) == (422, True)
    assert other.stored() == []


@pytest.mark.parametrize("kind", ["experts", "inventory"], indirect=True)
def test_what_was_chosen_is_known_to_the_same_body_only(post, kind, people):
    columns = chosen(post, kind)
    (kept,) = ChosenHeads.objects.all()
    assert (kept.organisation_id, list(kept.heads.values())) == (getattr(people, kind.who).posts.get().organisation_id, [*columns.values()])
    ChosenHeads.objects.update(organisation=people.outsider_body)
    assert "认不出表头" in post("import", {"pasted": text([list(columns), kind.row])}).content.decode()


def test_a_row_that_is_not_taken_comes_back_marked_and_the_others_are_written(post, kind):
    bad = ("长" * 400, *kind.row[1:])
    seen = post("import", {"pasted": text([kind.heads, kind.row, bad])})
    assert (seen.status_code, len(seen.context["preview"].returned)) == (422, 1)
    back = post("apply", {"returned": "1", "copy": seen.context["copy"]})
    cells = [str(cell) for row in openpyxl.load_workbook(BytesIO(back.content)).worksheets[0].values for cell in row if cell]
    assert ("不能接受的原因" in cells, sum("长" * 50 in cell for cell in cells)) == (True, 1)
    post("apply", {"token": seen.context["token"], "copy": seen.context["copy"]})
    assert kind.stored() == kind.expected


@pytest.mark.parametrize(("content", "why"), [
    (b"", "是空的"), (b"\n \n", "是空文件"), ("甲,乙\n1,2".encode(), "认不出表头"),
    (b"{heads}\n" + b"\xff\xfe1", "第2行有不是 UTF-8 编码的字符"), (b"a,b\0c", "不能识别的字符"),
    ('{heads}\n甲,"乙'.encode(), "第2行不能识别：单元格过长，或者引号没有成对"),
    ('{heads}\n"甲'.encode() + b"x" * 140_000, "单元格过长，或者引号没有成对"),
])  # fmt: skip
def test_a_text_file_is_refused_for_the_true_reason(post, kind, content, why):
    answer = post("import", file("表.csv", content.replace(b"{heads}", ",".join(kind.heads).encode())))
    assert (answer.status_code, why in answer.content.decode()) == (422, True)


# --- the table of importers ---------------------------------------------------------------------------------------------

ROOT = Path(__file__).resolve().parents[2]
TAKERS = "ListPage|ImportPage|sealed_page|taken_\\w+|clean_workbook"
READS = re.compile(rf"documents\.workbooks\.(?:(?:sealed_)?pages import .*(?:{TAKERS})|csv_lines import .*csv_)")
PAGES = re.compile(r"\b(?:ListPage|TakeOverPage|ImportPage)\(")


def lines_of_the_table():
    told = (ROOT / "docs" / "workbooks.md").read_text()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in told.splitlines() if line.startswith("|") and ".py`" in line]
    return {module.strip("`"): cells for _, module, *cells in rows if len(cells) == 5}


def test_every_importer_has_a_line_in_the_table():
    apps = [package.parent for package in ROOT.glob("*/__init__.py") if package.parent.name != "tests"]
    sources = {str(path.relative_to(ROOT)): path.read_text() for app in apps for path in app.rglob("*.py")}
    found = {name: text for name, text in sources.items() if READS.search(text) and "documents/workbooks" not in name}
    readers = {name for name in found if name != "carbon/metering/reading_sheet.py"}  # of the module beside it
    assert readers == set(lines_of_the_table())
    for name in readers:
        if PAGES.search(found[name]):
            assert [cell.partition(",")[0] for cell in lines_of_the_table()[name]] == ["yes"] * 5, name


def test_rows_beyond_the_limit_are_never_left_out_without_a_word(post, kind, monkeypatch):
    monkeypatch.setattr(reader, "MOST_ROWS", 2)
    answer = post("import", {"pasted": text([kind.heads, *[["小计"]] * 22, kind.row])})
    assert (answer.status_code, "一次最多导入2" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf", b"\xff\xfe", b"\xef\xbb\xbf\r\n , \r\n"])
def test_a_file_of_nothing_but_the_mark_of_its_encoding_is_empty(post, content):
    answer = post("import", file("表.csv", content))
    assert (answer.status_code, "是空文件" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("kind", ["plots", "key projects", "works", "indicator systems", "inventory"], indirect=True)
def test_the_numbers_of_lines_are_read_as_nothing(post, kind):
    seen = post("import", {"pasted": text([["序号", *kind.heads], [1, *kind.row]])})
    assert seen.context["preview"].unread == ["序号"]
    keyless = post("import", {"pasted": text([["序号", *kind.heads[1:]], [1, *kind.row[1:]]])})
    preview = keyless.context["preview"]
    assert "序号" in preview.unread or "认不出表头" in preview.problems[0]
