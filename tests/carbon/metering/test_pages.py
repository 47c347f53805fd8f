"""Metering pages: permissions of each role, a file from preview to board, corrections, tokens, estimates."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from carbon.metering.models import Meter, MeterReading, MeterToken, ReadingImport
from carbon.metering.selectors.board import activity_amounts, board
from carbon.metering.services import imports
from carbon.metering.services.meters import fill_gap
from carbon.tasks import import_readings, sweep_readings
from districts.common.enums import QueuedState, Stage
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from greendistrict.documents.models import ChosenHeads
from greendistrict.workflow.models import OutboxMessage
from tests.factories.districts import PlotFactory, make_district
from tests.factories.meters import MeterFactory, at, write
from tests.factories.workbooks import saved
from tests.leases import run_out
from tests.refusing import refuses

HEADS = "计量器具编号,时间,读数,单位,估算方法"
DAY = dt.timedelta(days=1)


@pytest.fixture
def district(people):
    return make_district(people, stage=Stage.PILOT, titled_on=dt.date(2025, 6, 1))


def address(name, district, *more):
    return reverse(f"carbon:{name}", args=[district.code, *more])


def csv(*lines):
    return SimpleUploadedFile("读数.csv", "\n".join([HEADS, *lines]).encode())


def test_who_opens_and_who_keeps(client, people, district):
    """Of a titled district, which everybody sees; without their fields the forms of those who keep meters are refused as such."""
    keep, meter = {"preparer", "consultant", "authority", "bureau"}, MeterFactory(district=district, interval="day")
    read = keep | {"reviewer", "city_officer", "city_checker", "city_director", "city_legal", "secretariat", "partner"}
    write(meter, [1, 2], by=people.preparer)
    pages = [address("meter", district, meter.pk), *(address(f"meter{name}", district) for name in ("ing_board", "ing_export", "_list"))]
    forms = [address(name, district, meter.pk) for name in ("meter_edit", "meter_delete", "gap_fill")]
    forms += [address(name, district) for name in ("meter_create", "reading_upload", "meter_tokens")]
    for seat, user in people.everybody.items():
        client.force_login(user)
        assert {client.get(page).status_code == 200 for page in pages} == {seat in read}, seat
        sent = [client.post(form, {"confirmed": "1"}).status_code in {302, 409, 422} for form in forms]
        assert set(sent) == {seat in keep}, (seat, sent)


def test_services_refuse_who_only_reads(people, district):
    refuses(NotAllowed, imports.ask, district=district, content=b"x", file_name="a.csv", by=people.city_officer)
    refuses(NotAllowed, fill_gap, meter=MeterFactory(district=district), after=at(2026, 3, 1), method="linear", by=people.city_officer)


def test_a_candidate_that_filed_nothing_is_its_own(client, people):
    closed = make_district(people)
    for user, status in ((people.city_officer, 403), (people.preparer, 200)):
        client.force_login(user)
        assert client.get(address("metering_board", closed)).status_code == status


FORM = {
    "code": "E-01", "name": "配电房总表", "carrier": "electricity", "unit": "kWh", "interval": "hour", "cumulative": "true",
    "multiplier": "40", "digits": "6", "building": "1号楼", "begins": "2026-01-01",
}  # fmt: skip


def test_a_meter_is_entered_changed_and_fixed_by_its_readings(preparer, people, district):
    plot = PlotFactory(district=district)
    assert preparer.post(address("meter_create", district), {**FORM, "plot": plot.pk}).status_code == 302
    meter = Meter.objects.get()
    assert (meter.multiplier, meter.cumulative, meter.place, meter.is_demo) == (40, True, f"地块{plot} 1号楼", True)
    again = preparer.post(address("meter_create", district), FORM)
    assert (again.status_code, "这个编号已有计量器具" in again.content.decode()) == (422, True)
    wrong = preparer.post(address("meter_create", district), {**FORM, "code": "W", "carrier": "water"})
    assert "用水的单位应为：m3、万m3" in wrong.content.decode()
    for days, said in (({"ends": "2019-12-31"}, "停用日期不能早于启用日期"), ({"begins": "1991-12-31"}, "启用日期不能早于1992年")):
        wrong = preparer.post(address("meter_create", district), {**FORM, "code": "W", **days})
        assert (wrong.status_code, said in wrong.content.decode(), "是无效的" in wrong.content.decode()) == (422, True, False)
    write(meter, [1, 2], by=people.preparer)
    edit = address("meter_edit", district, meter.pk)
    fixed = preparer.post(edit, {**FORM, "multiplier": "80", "version": "0"})
    assert (fixed.status_code, "已有读数，不能改：倍率" in fixed.content.decode()) == (422, True)
    assert preparer.post(edit, {**FORM, "name": "总表", "version": "0"}).status_code == 302
    assert preparer.post(edit, {**FORM, "name": "另名", "version": "0"}).status_code == 409
    assert preparer.post(address("meter_delete", district, meter.pk), {"confirmed": "1"}).status_code == 409


def test_a_meter_cannot_stand_under_itself(preparer, district):
    top = MeterFactory(district=district)
    values = {**FORM, "code": top.code, "version": "0", "parent": MeterFactory(district=district, parent=top).pk}
    assert "不能在本表之下" in preparer.post(address("meter_edit", district, top.pk), values).content.decode()


def test_a_sub_meter_measures_what_its_parent_measures(preparer, district):
    top = MeterFactory(district=district)
    water = {**FORM, "carrier": "water", "unit": "m3", "parent": top.pk}
    refused = preparer.post(address("meter_create", district), water)
    told = f"总表“{top}”计量电力，本表计量用水；分表只能在同一计量对象的总表之下"
    assert (refused.status_code, told in refused.content.decode(), Meter.objects.count()) == (422, True, 1)
    way = f'<a href="{address("meter_edit", district, top.pk)}">请为本表另选总表，或先修改总表“{top}”</a>'
    assert refused.content.decode().count(way) == 1, "at the field; the summary on top links to the field"
    assert preparer.post(address("meter_create", district), {**FORM, "parent": top.pk}).status_code == 302
    free, part = {**FORM, "version": "0", "carrier": "water", "unit": "m3"}, Meter.objects.get(parent=top)
    other = preparer.post(address("meter_edit", district, top.pk), free | {"code": top.code})
    way = f'<a href="{address("meter_edit", district, part.pk)}">请先修改分表“{part}”</a>'
    assert (other.status_code, f"其他计量对象的分表：“{part}”计量电力。{way}" in other.content.decode()) == (422, True)
    part.carrier, part.unit = "water", "m3"
    part.save()  # one of before this rule
    assert preparer.post(address("meter_edit", district, part.pk), free).status_code == 302


def confirmed(client, url, **typed):
    """The answer to the preview as it stands on its page."""
    return client.post(url, {"seen": client.get(url).context["seen"]["digest"], **typed})


def test_a_file_is_seen_then_written_then_on_the_board(preparer, district):
    MeterFactory(district=district, code="E-1", interval="day")
    assert preparer.get(address("reading_template", district)).content.decode("utf-8-sig").startswith(HEADS)
    for wrong in (SimpleUploadedFile("a.csv", b"a,b\n1,2"), SimpleUploadedFile("a.xlsx", b"no book")):
        assert preparer.post(address("reading_upload", district), {"file": wrong}).status_code == 422
    lines = [f"E-1,2026-03-{day:02d},{day},," for day in range(1, 11)]
    sent = preparer.post(address("reading_upload", district), {"file": csv(*lines, "E-1,2026-03-11,约3,,", "E-9,2026-03-01,1,,")})
    asked = ReadingImport.objects.get()
    assert sent.url == address("reading_import", district, asked.pk)
    page = preparer.get(sent.url).content.decode()
    assert all(words in page for words in ("新增", "10个读数", "只写入其余读数", "没有登记这个编号", "不能识别"))
    assert not MeterReading.objects.exists()
    assert confirmed(preparer, sent.url).status_code == 302
    asked.refresh_from_db()
    written = {"added": 10, "corrected": 0, "unchanged": 0}
    assert (asked.state, asked.seen["written"], bytes(asked.content)) == (QueuedState.WRITTEN, written, b"")
    assert confirmed(preparer, sent.url).status_code == 422, "once"
    (row,) = board(district, 2026, clock.today())
    assert (row.months[2].amount, row.months[2].measured) == (55, 10)
    assert "55.00" in preparer.get(address("metering_board", district), {"year": 2026}).content.decode()


def test_the_same_file_twice_is_once_and_another_value_is_a_correction_with_a_reason(preparer, district):
    meter = MeterFactory(district=district, code="E-1", interval="day")

    def send(*lines):
        return preparer.post(address("reading_upload", district), {"file": csv(*lines)}).url

    confirmed(preparer, send("E-1,2026-03-01,5,,", "E-1,2026-03-02,6,,线性内插"))
    same = preparer.get(send("E-1,2026-03-01,5,,"))
    assert (same.context["seen"]["unchanged"], "没有要写入的读数" in same.content.decode()) == (1, True)
    assert not preparer.get(address("metering_board", district)).context["queued"].exists(), "nothing new waits for nothing"
    for page in (same, preparer.get(address("reading_upload", district))):
        told = page.content.decode()
        assert ("已核对，没有要写入的读数" in told, "待确认写入" in told) == (True, False)
    other = send("E-1,2026-03-01,7,,", "E-1,2026-03-02,8,,")
    assert preparer.get(address("metering_board", district)).context["queued"].exists()
    assert "更正请写明原因" in confirmed(preparer, other).content.decode()
    assert MeterReading.objects.get(at=at(2026, 3, 1)).value == 5
    assert confirmed(preparer, other, reason="抄表有误").status_code == 302
    found = [(row.before, row.after, row.before_estimated, row.reason) for row in meter.corrections.order_by("at")]
    assert found == [(5, 7, "", "抄表有误"), (6, 8, "linear", "抄表有误")]
    day = preparer.get(address("meter", district, meter.pk), {"day": "2026-03-02"}).content.decode()
    assert "6.000（线性内插）改为8.000（实测），抄表有误" in "".join(day.split())


def test_a_workbook_is_taken_as_well_and_a_preview_that_is_over_is_refused(client, people, district):
    meter = MeterFactory(district=district, code="E-1", interval="day")
    book = openpyxl.Workbook()
    book.active.append(HEADS.split(","))
    book.active.append(("E-1", dt.date(2026, 3, 1), 12.5, "MWh", None))
    client.force_login(people.bureau)
    sent = client.post(address("reading_upload", district), {"file": SimpleUploadedFile("读数.xlsx", saved(book))})
    assert "12.5MWh换算成12500kWh" in client.get(sent.url).content.decode()
    write(meter, [3], by=people.preparer)
    late = confirmed(client, sent.url, reason="x")
    assert (late.status_code, "预览之后平台上的读数有变化" in late.content.decode()) == (422, True)
    assert MeterReading.objects.get().value == 3


@pytest.mark.parametrize(
    "heads", ["计量器具编号\t时间\t读数\t单位", "表号\t抄表时间\t本次示数\t计量单位", "序号\t表计编号\t采集时间\t示数（MWh）"]
)
def test_readings_are_pasted_and_heads_in_other_words_are_said(preparer, district, heads):
    MeterFactory(district=district, code="E-1", interval="day")
    row = "1\tE-1\t2026/3/1\t12.5" if heads.startswith("序号") else "E-1\t2026/3/1\t12.5\tMWh"
    sent = preparer.post(address("reading_upload", district), {"pasted": f"抄表（虚构）\r\n{heads}\r\n{row}\r\n"})
    told = preparer.get(sent.url).content.decode()
    assert ("12.5MWh换算成12500kWh" in told, "按表头对应：" in told) == (True, not heads.startswith("计量"))
    assert confirmed(preparer, sent.url).status_code == 302
    assert MeterReading.objects.get().value == 12500
    for wrong, why in ((" ", "请选择读数文件，或粘贴表格"), ("表号 时间", "不是表格里的单元格"), ("甲\t乙", "缺少：计量器具编号")):
        answer = preparer.post(address("reading_upload", district), {"pasted": wrong})
        assert (answer.status_code, why in answer.content.decode()) == (422, True)


def test_a_large_file_goes_through_the_queue_once(preparer, district, settings):
    settings.IMPORT_AT_ONCE_BYTES = 0
    MeterFactory(district=district, code="E-1", interval="day")
    url = preparer.post(address("reading_upload", district), {"file": csv("E-1,2026-03-01,5,,")}).url
    asked = ReadingImport.objects.get()
    assert (asked.state, OutboxMessage.objects.filter(kind=imports.OUTBOX_KIND).count()) == (QueuedState.WAITING, 1)
    assert "排队核对" in preparer.get(url).content.decode()
    assert (import_readings(asked.pk), import_readings(asked.pk)) == (True, False)
    assert "新增" in preparer.get(url).content.decode()
    confirmed(preparer, url)
    assert not MeterReading.objects.exists()
    assert (import_readings(asked.pk), import_readings(asked.pk)) == (True, False)
    assert MeterReading.objects.count() == 1


def test_heads_that_nobody_knows_are_asked_about_in_a_large_file_too(preparer, district, settings):
    settings.IMPORT_AT_ONCE_BYTES = 0
    MeterFactory(district=district, code="E-1", interval="day")
    file = SimpleUploadedFile("读数.csv", "甲,乙,丙,丁\nE-1,2026-03-01,5,x\n".encode())
    url = preparer.post(address("reading_upload", district), {"file": file}).url
    asked = ReadingImport.objects.get()
    import_readings(asked.pk)
    page = preparer.get(url).content.decode()
    assert ("缺少：计量器具编号、时间、读数" in page, page.count('name="column"')) == (True, 4)
    chosen = {"head": ["甲", "乙", "丙", "丁"], "column": ["计量器具编号", "时间", "读数", ""]}
    assert preparer.post(url, chosen).status_code == 302
    import_readings(asked.pk)
    assert '<option value="读数" selected>' in preparer.get(url).content.decode()
    again = {"head": ["丙", "丁"], "column": ["", "读数"]}  # chosen otherwise: x is no number
    preparer.post(url, again)
    import_readings(asked.pk)
    assert "没有要写入的读数" in preparer.get(url).content.decode()
    preparer.post(url, {"head": ["丙", "丁"], "column": ["读数", ""]})
    import_readings(asked.pk)
    confirmed(preparer, url)
    import_readings(asked.pk)
    assert MeterReading.objects.get().value == 5
    late = preparer.post(url, chosen)
    assert (late.status_code, "已经提交写入" in late.content.decode()) == (422, True)
    assert ChosenHeads.objects.get().heads == {"甲": "计量器具编号", "乙": "时间", "丙": "读数", "丁": ""}


def test_a_preview_of_other_columns_is_not_written_by_its_old_page(preparer, district):
    MeterFactory(district=district, code="E-1", interval="day")
    file = SimpleUploadedFile("读数.csv", "表号,日期,示数,丁\nE-1,2026-03-01,5,9\n".encode())
    url = preparer.post(address("reading_upload", district), {"file": file}).url
    old = preparer.get(url).context["seen"]["digest"]
    assert preparer.post(url, {"head": ["示数", "丁"], "column": ["", "读数"]}).status_code == 302
    late = preparer.post(url, {"seen": old})
    assert (late.status_code, "预览之后重新核对过" in late.content.decode(), MeterReading.objects.exists()) == (422, True, False)
    assert confirmed(preparer, url).status_code == 302
    assert MeterReading.objects.get().value == 9


def test_a_lost_queue_is_swept_and_what_breaks_off_again_and_again_is_refused(preparer, district, settings):
    settings.IMPORT_AT_ONCE_BYTES = 0
    preparer.post(address("reading_upload", district), {"file": csv("E-1,2026-03-01,5,,")})
    ReadingImport.objects.update(attempts=3)
    run_out()
    assert (sweep_readings(), sweep_readings()) == (1, 0)
    asked = ReadingImport.objects.get()
    assert import_readings(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, "多次中断" in asked.error) == (QueuedState.REFUSED, True)


def test_a_gap_is_shown_filled_and_told_as_estimated(preparer, people, district):
    meter = MeterFactory(district=district, interval="day", cumulative=True)
    write(meter, [0, 10, 20], by=people.preparer, step=DAY)
    write(meter, [60], by=people.preparer, first=at(2026, 3, 7))
    page = preparer.get(address("meter", district, meter.pk), {"month": "2026-03"})
    ((fault, form),) = page.context["gaps"]
    assert "缺3个读数" in fault.words
    drawn = str(page.context["day_chart"])
    assert ("没有读数的25日：7至31日" in page.content.decode(), "日用量 8 0" in drawn) == (True, False), "a day without a reading is no 0"
    preparer.post(address("gap_fill", district, meter.pk), {})
    assert not meter.readings.filter(estimated="linear").exists(), "no method is chosen"
    filled = {"after": form.initial["after"], "method": "linear"}
    assert [preparer.post(address("gap_fill", district, meter.pk), filled).status_code for _ in range(2)] == [302, 409]
    assert [(row.value, row.estimated) for row in meter.readings.order_by("at")[3:6]] == [(30, "linear"), (40, "linear"), (50, "linear")]


@pytest.mark.parametrize("cumulative", [True, False])
def test_a_month_that_misses_readings_is_never_called_whole(preparer, people, district, cumulative):
    """Gaps between two readings are told by their ends; what misses before the first and after the last reading by its number."""
    meter = MeterFactory(district=district, interval="day", cumulative=cumulative)

    def told(month):
        page = preparer.get(address("meter", district, meter.pk), {"month": month})
        missing = sum(missing for _, _, missing in page.context["days"])
        return missing, [fault.words for fault in page.context["faults"]], "没有发现" in page.content.decode()

    write(meter, [10, 20, 30], by=people.preparer, first=at(2026, 3, 2), step=DAY)
    left = 29 if cumulative else 28  # the last value of a register begins no interval
    assert told("2026-03") == (left, [f"{left}个间隔没有读数"], False)
    assert told("2026-02") == (28, ["28个间隔没有读数"], False)
    write(meter, [60], by=people.preparer, first=at(2026, 3, 8))
    missing, (gap, rest), whole = told("2026-03")
    assert ("缺3个读数" in gap, whole) == (True, False)
    left = 25 if cumulative else 24  # 1 March and from 8 or 9 March on
    assert (rest, missing) == (f"另有{left}个间隔没有读数", left if cumulative else left + 3)
    write(meter, [10 * day for day in range(1, 33)], by=people.preparer, first=at(2026, 3, 1), step=DAY, reason="补录")
    assert told("2026-03")[1:] == ([], True)


def test_the_board_counts_sub_meters_once_beside_the_year_before(client, people, district):
    top = MeterFactory(district=district, interval="day", unit="MWh")
    part = MeterFactory(district=district, interval="day", parent=top)
    heat = MeterFactory(district=district, interval="day", carrier="heat", unit="MJ", parent=top)
    for meter, values in ((top, [2] * 10), (part, [900] * 10), (heat, [500] * 10)):
        write(meter, values, by=people.preparer, step=DAY)
    write(top, [1] * 10, by=people.preparer, first=at(2025, 3, 1), step=DAY)
    with clock.at(at(2026, 3, 16)):
        electricity, warmth = board(district, 2026, clock.today())
        march = electricity.months[2]
        assert (march.amount, electricity.before[2].amount, electricity.unit, electricity.meters) == (20_000, 10_000, "kWh", 1)
        assert (warmth.months[2].amount, warmth.unit) == (5, "GJ")
        assert (march.wanted, march.missing, electricity.total.missing) == (15, 5, 31 + 28 + 5)
        amounts = {one.carrier: one for one in activity_amounts(district, 2026, clock.today())}
        assert amounts["electricity"].coverage == Fraction(10, 74)
        client.force_login(people.city_officer)
        page = client.get(address("metering_board", district))
        assert page.context["above"] == []
        text = page.content.decode()
        assert "没有用量的月份：2026年1至2月；2025年1至2、4至12月。" in text
        assert (electricity.before[2].missing, electricity.total_before.missing) == (31 - 10, 365 - 10), "a year that is over misses, too"
        told = ("有缺数、用量不完整的月份：2026年3月；2025年3月。", "10,000.00（缺21）", "10,000.00（缺355）")
        assert [words for words in told if words not in text] == []
        write(part, [3000] * 10, by=people.preparer, step=DAY, reason="更正")
        (fault,) = client.get(address("metering_board", district)).context["above"]
        assert fault.words == f"{top.name}：2026年3月分表合计30000kWh，总表20000kWh"


def test_board_csv_workbook_and_inventory_say_the_same(client, people, district):
    meter = MeterFactory(district=district, interval="month", multiplier=Decimal("1.5"))
    with clock.at(at(2026, 7, 15)):
        write(meter, [100], by=people.preparer, first=at(2026, 3, 1))
        client.force_login(people.partner)
        text = client.get(address("metering_export", district), {"year": 2026, "format": "csv"}).content.decode("utf-8-sig")
        book = openpyxl.load_workbook(BytesIO(client.get(address("metering_export", district), {"year": 2026}).content))
        page = client.get(address("metering_board", district), {"year": 2026}).content.decode()
        (amount,) = activity_amounts(district, 2026, clock.today())
    assert (amount.period, replace(amount, last=5).period, replace(amount, first=1, last=12).period) == ("3月", "3月至5月", "全年")
    assert "电力,kWh,2026-03,150.00,,1,1,0,0,0.0,1" in text
    assert any(row[4] == 150 for row in book.active.values)
    assert (amount.amount, amount.unit) == (150, "kWh")
    assert ">150.00<" in page


def test_the_board_shows_what_changed_at_once(preparer, people, district):
    """Cards and years are kept by what they show, never by district or time."""
    meter = MeterFactory(district=district, interval="day")
    write(meter, [1, 2], by=people.preparer)

    def shown():
        page = preparer.get(address("metering_board", district), {"year": 2026}).content.decode()
        return [f">{words}<" in page for words in ("3.00", "7.00")]

    before = shown()
    write(meter, [4], by=people.preparer, first=at(2026, 3, 9))
    assert (before, shown()) == ([True, False], [False, True])


def test_a_meter_costs_the_same_down_to_its_readings(officer, people, district, kept_queries):
    meter = MeterFactory(district=district)
    write(meter, range(1, 200), by=people.preparer)
    with kept_queries():
        assert officer.get(address("meter", district, meter.pk), {"day": "2026-03-02"}).status_code == 200
    for query in ({"month": "2026-13"}, {"day": "x"}, {"year": "9999"}, {"year": "0"}):
        assert officer.get(address("meter", district, meter.pk), query).status_code == 404, query


def test_a_token_is_shown_once_and_taken_back(client, people, district):
    client.force_login(people.authority)
    page = client.post(address("meter_tokens", district), {"label": "能耗监测平台"})
    secret, token = page.context["secret"], MeterToken.objects.get()
    assert secret in page.content.decode()
    assert secret not in client.get(address("meter_tokens", district)).content.decode()
    taken = {"action": "revoke", "token": token.pk}
    assert [client.post(address("meter_tokens", district), taken).status_code for _ in range(2)] == [302, 409]
    token.refresh_from_db()
    assert token.revoked_at
