"""Districts with something to report, and a kind of report that costs nothing."""

import io
from pathlib import Path

import pikepdf
from django.core.management import call_command

from assessments.self_checks.models import SelfCheck
from assessments.tables.models import ScoreRow
from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.core.columns import write_columns
from greendistrict.core.errors import Refused
from reports.jobs.enums import Scope, Sight
from reports.jobs.kinds import Report, YearlyRun
from tests.factories.districts import make_district
from tests.factories.received import received_self_check
from tests.factories.titles import title_as_copied

LEASE_SECONDS = 10  # of a portal's worker in tests: nobody waits half a minute to see one run out
LONG = "本年度完成能耗监测平台接入，开展屋面光伏、雨水花园和慢行系统建设。" * 12
KIND = "name_sheet"
UNKNOWN = "演示无名城（虚构）"


def sheet(job, code, report_progress):
    """One page and a line of text."""
    Refused.when(job.district.name == UNKNOWN, "没有名称")
    report_progress(1)
    pdf, stream = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page()
    pdf.save(stream)
    return {"pdf": stream.getvalue(), "xlsx": f"{job.district.name} {code}".encode()}


def name_sheet() -> Report:
    """The kind: every district has one but the one with the code geng."""
    return Report(
        "{whose}{year}年度名称表", sheet, name="名称表", about="城区的名称。", formats=("pdf", "xlsx"), scope=Scope.DISTRICT,
        sight=Sight.CITY, yearly=YearlyRun(6, 1), may=lambda held: held.is_city or held.has("preparer", "reviewer"),
        districts=lambda _: District.objects.exclude(code="geng"),
    )  # fmt: skip


def places():
    """The three districts of the fixture ``sheets``."""
    return list(District.objects.filter(code__in=("jia", "yi", "bing")).order_by("name_pinyin"))


def spoil(check):
    """Before it is signed: a control that fails, an exclusion with a long reason, long words everywhere."""
    rows = {row.item_id: row for row in ScoreRow.objects.filter(table=check.table)}
    rows["4.1.2"].value = False
    rows["6.2.14"].exclusion_reason = "城区范围内没有历史建筑和既有建筑，" * 8
    for row in rows.values():
        row.explanation = "按年度统计报表核定。" * 5
    write_columns(list(rows.values()), ["value", "exclusion_reason", "explanation"])
    check.report = dict.fromkeys(check.report, f"{LONG}\n{LONG}")
    check.save()


def behind(rows):
    """One clause done with no points, one not begun, one under way with half its points."""
    for name, state, value in (("4.2.1", "done", {"a": "0", "b": "100"}), ("4.2.2", "not_started", None), ("4.2.3", "going", "8")):
        rows[name].build_state, rows[name].value = state, value


def many_districts(people) -> list[SelfCheck]:
    """Three received self-checks and a pilot that has filed nothing."""
    common = {"type": "new", "key_areas": ["五个新城"]}
    pilot = received_self_check(people, change=spoil)
    finished = make_district(people, name="演示丁城（虚构）", code="ding", stage=Stage.DEMONSTRATION, **common)
    unnamed = make_district(people, name="演示名字很长很长的绿色生态城区戊（虚构）", code="wu", stage=Stage.PILOT, area_km2=None, **common)
    title_as_copied(make_district(people, name="演示己城（虚构）", code="ji", stage=Stage.PILOT, **common))
    return [pilot, received_self_check(people, district=finished, building=False), received_self_check(people, district=unnamed)]


def built(*arguments):
    """Paths that the command prints."""
    out = io.StringIO()
    call_command("build_report", *arguments, stdout=out)
    return [Path(line) for line in out.getvalue().splitlines()]
