"""Files of readings as devices, building systems and offices write them: what each gives, and what is said of it.

``given`` is what would be written, ``said`` what the preview says: ``×`` a line or file that is refused or asked about, ``?`` a choice of
columns, ``·`` a note. Files that other tests hold: encodings, separators, marks, titles, quotes, line ends, broken bytes, zeros and
blanks in heads (``tests.documents.test_csv_lines``, FORMS and WRONG); lines of every kind that are no rows (``test_importers``);
numbers and names of units (``test_importer_cells``); heads in other words, pasted (``test_pages``).
"""

import datetime as dt
from html import unescape
from typing import NamedTuple

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from carbon.metering.reading_file import HEADS, parse
from carbon.metering.selectors.meters import look_at
from greendistrict.core import clock
from greendistrict.core.clock import SHANGHAI
from greendistrict.core.errors import Refused
from greendistrict.core.number_parsing import plain
from greendistrict.documents.workbooks.foreign import UnknownHeadsError
from tests.factories.districts import make_district
from tests.factories.meters import MeterFactory, at, write
from tests.factories.workbooks import saved

NOW = at(2026, 11, 30)
HEAD = ",".join(HEADS)
W, NEAR_END, E = "YS-W-01", "YS-W-02", "YS-E-01"
DAYS, VALUES = ("2026-11-21", "2026-11-22", "2026-11-23"), (60000, 60040, 60080)
ALL = "21=60000 22=60040 23=60080"


class File(NamedTuple):
    """A file, what it gives as ``day=value``, and what is said of it."""

    content: str | bytes
    given: str = ALL
    said: tuple[str, ...] = ()


def lines(heads=HEAD, *, time="{} 00:00", value="{}", unit="m3", meter=W, end="\n"):
    """Three days of a meter; ``time``, ``value`` forms or functions of the day and of the number."""
    as_time, as_value = (form if callable(form) else form.format for form in (time, value))
    rows = [f"{meter},{as_time(day)},{as_value(number)},{unit}," for day, number in zip(DAYS, VALUES, strict=True)]
    return end.join((heads, *rows, ""))


def rows(*lines):
    return "\n".join((HEAD, *lines, ""))


def refused(content, *said):
    return File(content, "", tuple(f"×{words}" for words in said))


def noted(content, *said, given=ALL):
    return File(content, given, tuple(f"·{words}" for words in said))


PLAIN = lines()
UNREAD = "不能识别，请按 2026-03-01 00:15 的样子填写"
GAP = "2026-11-20 00:00与2026-11-22 00:00之间缺1个读数"


def slashed(day):
    return day.replace("-", "/")


FORMS = {
    "unclosed quotation mark": refused(PLAIN.replace("60040", '"60040'), "第3行不能识别：单元格过长，或者引号没有成对"),
    # of our own
    "unclosed among the heads": refused(f'"{PLAIN}', "第1行不能识别：单元格过长，或者引号没有成对"),
    "unclosed in the last column": refused(PLAIN.replace("60040,m3,", '60040,m3,"'), "第3行不能识别"),
    "quoted line end, closed": File(PLAIN.replace(",m3,", ',"m3\n",')),
    "quotation mark within a cell": File(
        PLAIN.replace("60040,m3,", '60040,m3,实测"'), "21=60000 23=60080", ("×估算方法应为", "·缺1个读数")
    ),
    "guarded from a spreadsheet": File("\n".join(",".join(f'="{cell}"' for cell in line.split(",")) for line in PLAIN.split("\n")[:-1])),
    "guarded and quoted": File(lines(meter=f'"=""{W}"""', value='"=""{}"""')),
    "signs of text before each cell": File("\n".join(",".join(f"'{cell}" for cell in line.split(",")) for line in PLAIN.split("\n")[:-1])),
    "apostrophes around each cell": File(
        "\n".join(",".join(f"'{cell}'" for cell in line.split(",")) for line in PLAIN.split("\n")[:-1]), "", ("?第1行应是表头，缺少：",)
    ),
    "tabs before each cell": File(PLAIN.replace(",", ",\t")),
    "line ends of two kinds": File(PLAIN.replace("\n", "\r\n", 2)),
    "line ends doubled": File(PLAIN.replace("\n", "\r\r\n")),
    "no line end at the end": File(PLAIN.strip()),
    "empty lines of separators": File(f"{PLAIN},,,,\n,,,,\n"),
    "UTF-16 without a mark": File(PLAIN.encode("utf-16-le")),
    "UTF-32": refused(PLAIN.encode("utf-32"), "不能识别的字符"),
    "mark of another encoding": refused(b"\xef\xbb\xbf" + PLAIN.encode("gbk"), "第1行有不是 UTF-8 编码的字符"),
    "heads alone": refused(HEAD, "文件里没有读数"),
}
LIKELY = ("?第1行应是表头，缺少：",)
USUAL = "单位,估算方法"
IN_HEADS = {
    "other words": noted(lines(f"表号,采集时间,表底,{USUAL}"), "表号→计量器具编号、采集时间→时间、表底→读数"),
    "a unit behind": noted(lines(f"计量器具编号 ,时间,读数（m³）,{USUAL}"), "读数（m³）→读数"),
    "wide": File("时间,YS-W-01,YS-E-01\n2026-11-21,60000,1\n", "", ("?第1行应是表头，缺少：计量器具编号、读数",)),
    # of our own
    "words of a bill": noted(lines("水表号,抄表日期,本期读数,单位,"), "水表号→计量器具编号、抄表日期→时间、本期读数→读数"),
    "words of a gas bill": noted(
        f"燃气表号,抄表日期,上次抄码,本次抄码,倍率\n{W},2026-11-21,59960,60000,1\n{W},2026-11-22,60000,60040,1.0\n",
        "燃气表号→计量器具编号、抄表日期→时间、本次抄码→读数",
        given="21=60000 22=60040",
    ),
    "words of the month": noted(f"水表号,抄表日期,上月示数,本月示数\n{W},2026-11-21,59960,60000\n", "本月示数→读数", given="21=60000"),
    "a multiplier": noted(
        f"电表号,抄表日期,本月示数,倍率\n{W},2026-11-21,60000,40\n{W},2026-11-22,60040,\n{W},2026-11-23,60080,×40\n",
        "第2行等2行的倍率不是1（40），没有乘入读数：用量按计量器具登记的倍率计算",
    ),
    "words over two alike": noted(f",,上期,本期\n表号,抄表日期,示数,示数\n{W},2026-11-21,59960,60000\n", "本期示数→读数", given="21=60000"),
    "words below one": File(f"表号,抄表日期,示数,\n,,上期,本期\n{W},2026-11-21,59960,60000\n", "", ("?第2行应是表头，缺少：读数",)),
    **{
        f"{kind} of the past above": File(f",,{word}\n表号,抄表日期,示数\n{W},2026-11-21,59960\n", "", ("?第2行应是表头，缺少：读数",))
        for kind, word in (("a month", "上个月"), ("a month before", "前月"), ("a day", "前日"), ("a period", "上一期"))
    },
    "a period before with what was used": File(
        f",,上一期,本期\n表号,抄表日期,示数,用量\n{W},2026-11-21,59960,40\n", "", ("×表头是“用量”，这块表登记的是累计示数", "·用量→读数")
    ),
    **{
        f"words over two alike above {name}": noted(
            f",,上次,本次\n{line}\n表号,抄表日期,示数,示数\n{W},2026-11-21,59960,60000\n", "→读数", given="21=60000"
        )
        for name, line in (("units", ",,m3,m3"), ("nothing", ",,,"))
    },
    "two alike": File(f"表号,抄表日期,示数,示数\n{W},2026-11-21,59960,60000\n", "", LIKELY),
    **{
        f"figures below: {months}": File(
            f"表号,抄表日期,示数,\n,,{months}\n{W},2026-11-21,59960,60000\n", "", ("?第2行应是表头，缺少：读数",)
        )
        for months in ("2026-10,2026-11", "10,11", "10/20,11/20")
    },
    "a unit above": noted(
        f",,电能（MWh）,\n表号,抄表日期,示数,备注\n{E},2026-11-21,60,\n", "60MWh换算成60000kWh", "示数（MWh）→读数", given="21=60000"
    ),
    "a unit alone above": noted(
        f",,升\n表号,抄表日期,示数\n{W},2026-11-21,60000000\n", "60000000升换算成60000m3", "示数（升）→读数", given="21=60000"
    ),
    **{
        f"{use} above": noted(f"{above}\n{heads}\n{line}\n", f"{value}→读数", given="21=60000")
        for use, above, heads, line, value in (
            ("a use of water", ",,绿化用水", "表号,抄表日期,示数", f"{W},2026-11-21,60000", "示数"),
            ("a place", ",,地下车库", "表号,抄表日期,本次示数", f"{W},2026-11-21,60000", "本次示数"),
            ("a use of all", ",绿化用水,,", "抄表日期,表号,示数,用量", f"2026-11-21,{W},60000,40", "示数"),
            ("a use of one", ",,绿化用水,备注", "抄表日期,表号,示数,用量", f"2026-11-21,{W},60000,40", "示数"),
            ("a user", ",计划用水单位,", "表号,抄表日期,示数", f"{W},2026-11-21,60000", "示数"),
        )
    },
    "the bill before alone": File(f"燃气表号,抄表日期,上次抄码\n{W},2026-11-21,59960\n", "", LIKELY),
    "words of the trade": noted(lines(f"表号,时间,止码,{USUAL}"), "止码→读数"),
    "the value before beside": File(f"表号,时间,上次示数,本次示数\n{W},2026-11-21,59960,60000\n", "21=60000", ("·本次示数→读数",)),
    "the value before alone": File(lines(f"表号,时间,上次示数,{USUAL}"), "", LIKELY),
    "blanks within": File(lines("计量器具\u3000编号,时 间,读 数,单 位,")),
    "colons": File(lines("计量器具编号：,时间：,读数：,单位：,"), "", LIKELY),
    "English": File(lines("Meter,Time,Value,Unit,"), "", LIKELY),
    "a line of formats below": File(PLAIN.replace("\n", "\n编码,yyyy-mm-dd,示数,m3,\n", 1), ALL, ("×时间“yyyy-mm-dd”不能识别",)),
}
TIMES = {
    "half a day": File(lines(time=lambda day: f"{slashed(day)} 上午 12:00:00")),
    "compact": File(lines(time=lambda day: day.replace("-", "") + "000000")),
    "thousandths, zone": File(lines(time="{}T00:00:00.000+08:00")),
    "thousandths": File(lines(time="{}T00:00:00.123")),
    "UTC": noted(lines(time="{}T16:00:00Z"), "换算成北京时间2026-11-2", GAP, given="22=60000 23=60040 24=60080"),
    "end of the day": noted(lines(time="{} 24:00"), GAP, given="22=60000 23=60040 24=60080"),
    "month first": refused(lines(time=lambda day: f"{day[5:7]}/{day[8:]}/{day[:4]} 00:00"), "分不清日和月"),
    "seconds since 1970": refused(lines(time="1795104000"), "像是时间戳，是2026-11-20 00:00吗"),
    "number of a spreadsheet": refused(lines(time="46347"), "像是 Excel 的日期序号，是2026-11-21 00:00吗"),
    "clock seven seconds late": refused(lines(time="{} 00:00:07"), "00:00不在1天的间隔上"),
    "no leap year": refused(rows(f"{W},2026-02-29,60000,m3,"), f"时间“2026-02-29”{UNREAD}"),
    "later than now": refused(rows(f"{W},2026-12-01,60000,m3,"), "2026-12-01 00:00晚于现在"),
    # of our own
    "rounded up over midnight": File(lines(time="{} 23:59:59.9"), "22=60000 23=60040 24=60080", (f"·{GAP}",)),
    "thousandths, compact": File(lines(time=lambda day: day.replace("-", "") + "000000.4")),
    "a whole second late": refused(lines(time="{} 00:00:00.5"), "不在1天的间隔上"),
    "Chinese": File(lines(time=lambda day: f"{day[:4]}年{day[5:7]}月{day[8:]}日 0点")),
    "Chinese to the second": File(lines(time="{} 0时0分0秒")),
    "minutes of three digits": refused(lines(time="{} 00:000"), UNREAD),
    "an interval": refused(lines(time="{} 00:00-00:15"), "像是一个时段，请只写一个时刻"),
    "an interval of an hour": refused(lines(time="{} 23:00-24:00"), "像是一个时段"),
    "an interval of two hours": refused(lines(time="{} 00:00-02:00"), "像是一个时段"),
    "a shift": refused(lines(time="{} 20:00-08:00"), "像是一个时段"),
    "a clock in the west": refused(lines(time="{}T00:00:00-08:00"), "不在1天的间隔上"),
    "a zone in the west": noted(lines(time="{} 08:00-08:00"), "换算成北京时间", GAP, given="22=60000 23=60040 24=60080"),
    "English month": refused(lines(time=lambda day: f'"Nov {day[8:]}, 2026 12:00:00 AM"'), f"12:00:00 AM”{UNREAD}"),
    "zone by name": refused(lines(time="{} 00:00:00 CST"), UNREAD),
    "no year": refused(lines(time=lambda day: f"{day[5:]} 00:00"), UNREAD),
    "nothing": refused(lines(time=lambda _day: ""), "没有填写时间"),
    "before the meter": refused(rows(f"{W},2019-12-31,60000,m3,"), "不在使用期内"),
}
IN_VALUES = {
    "thousands": File(lines(value='"{:,}"')),
    "powers of ten": refused(lines(value="{:.4e}"), "应填数字"),
    "comma for the point": refused(lines(value='"{},5"'), "千位分隔应每三位一个"),
    "NaN": refused(lines(value="NaN"), "应填数字"),
    "dashes": refused(lines(value="----"), "“----”是0还是没有读数"),
    "minus 9999": refused(lines(value="-9999"), "读数-9999是负数"),
    # of our own
    "full width, minus 9999": refused(lines(value="－9999"), "读数-9999是负数"),
    "unit behind": File(lines(value="{} m³")),
    "zeros behind and before": File(lines(value="0{}.0000")),
    "four decimals": refused(lines(value="{}.1234"), "3位小数"),
    "full-width thousands": File(lines(value=lambda value: f"{value // 1000}，{value % 1000:03}")),
    "more than the digits": refused(lines(value="99999999"), "示数99999999超出登记的5位"),
    "more than the digits, no unit": refused(lines(value="99999999", unit=""), "示数99999999超出登记的5位"),
    "more than the digits, in another unit": refused(lines(value="{}000", unit="千立方米"), "超出登记的5位"),
    "error of a spreadsheet": refused(lines(value="#VALUE!"), "应填数字"),
    "about": refused(lines(value="约{}"), "应填数字"),
    "nothing": refused(lines(value=lambda _value: ""), "没有填写读数"),
    "out of order": refused(lines(value="停用"), "应填数字"),
}
UNITS = {
    "t of water": refused(lines(unit="吨"), "单位吨与登记的m3量纲不同；1吨水按1立方米计，确是水量的请把单位改为m3"),
    "立方米": File(lines(unit="立方米")),
    "superscript": File(lines(unit="m³")),
    "upper case": File(lines(unit="M3")),
    "度": File(lines(unit="度", meter=E)),
    # of our own
    "one sign": File(lines(unit="㎥")),
    "litres": noted(lines(unit="升", value="{}000"), "60000000升换算成60000m3", "60040000升", "60080000升"),
    "万度": noted(
        lines(unit="万度", meter=E), "60000万度换算成600000000kWh", "60040万度", "60080万度", given="21=600000000 22=600400000 23=600800000"
    ),
    "litres of more decimals": noted(
        lines(unit="升", value="{}000.4"), "60000000.4升换算成60000m3（保留3位小数）", "60040000.4升", "60080000.4升"
    ),
    "of gas at 0 degrees": refused(lines(unit="标方"), "“标方”一般指0℃下的立方米"),
    "of power": refused(lines(unit="kW", meter=E), "没有单位“kW”，登记的是kWh"),
    "a dash": refused(lines(unit="-"), "没有单位“-”"),
    "per day": refused(lines(unit="m3/d"), "没有单位“m3/d”"),
}  # fmt: skip
METERS = {
    "blanks around": File(lines(meter=f" {W} ")),
    "unseen": File(lines(meter=f"{W}\u200b")),
    "lower case": noted(lines(meter="ys-w-01"), f"编号写作“ys-w-01”，按登记的“{W}”读入"),
    "full width": noted(lines(meter="ＹＳ-Ｗ-01"), "编号写作“ＹＳ-Ｗ-01”"),
    "dashes of a text": noted(lines(meter="YS–W–01"), "编号写作“YS–W–01”"),
    "unknown": refused(lines(meter="W-99"), "本城区没有登记这个编号"),
    # of our own
    "minus signs": noted(lines(meter="YS−W−01"), "编号写作“YS−W−01”"),
    "tab before": File(lines(meter=f"\t{W}")),
    "lines of it": refused(lines(meter="YS_W_01"), "本城区没有登记这个编号"),
    "O for 0": refused(lines(meter="YS-W-O1"), "本城区没有登记这个编号"),
    "one zero less": refused(lines(meter="YS-W-1"), "本城区没有登记这个编号"),
    "of two": refused(lines(meter=f"{W}/{NEAR_END}"), "本城区没有登记这个编号"),
    "none": refused(lines(meter=""), "没有填写计量器具编号"),
    "in the first line only": File(
        PLAIN.replace(f"\n{W},2026-11-22", "\n,2026-11-22"), "21=60000 23=60080", ("×没有填写计量器具编号", "·缺1个读数")
    ),
}
SEQUENCES = {
    "the same twice": noted(PLAIN + PLAIN.split("\n", 1)[1], "与第2行相同，计一次", "与第3行相同", "与第4行相同"),
    "twice otherwise": File(f"{PLAIN}{W},2026-11-21 00:00,60001,m3,\n", ALL, ("×与第2行同一时刻而数值不同，保留第2行的60000",)),
    "back to zero": File(
        rows(*(f"{W},{day},{value},," for day, value in zip(DAYS, (60000, 12, 30), strict=True))), "21=60000", ("×示数12小于上一次的60000",)
    ),
    "wrapped round": noted(
        rows(f"{NEAR_END},2026-11-21,99990,,", f"{NEAR_END},2026-11-22,20,,"), "从99990翻转到20，用量30", given="21=99990 22=20"
    ),
    "a spike": File(PLAIN.replace("60040", "90000"), "21=60000 23=60080", ("×示数90000跳高后又回落",)),
    # of our own
    "backwards": File(rows(*reversed(PLAIN.split("\n")[1:-1]))),
    "two meters by turns": File(
        rows(f"{W},2026-11-21,60000,,", f"{NEAR_END},2026-11-21,99980,,", f"{W},2026-11-22,60040,,"), "21=60000 22=60040 21=99980"
    ),
    "one moment in two zones": noted(
        rows(f"{W},2026-11-21,60000,,", f"{W},2026-11-20T16:00Z,60000,,"), "换算成北京时间2026-11-21", "与第2行相同", given="21=60000"
    ),
    "one moment in two days": File(
        rows(f"{W},2026-11-20 24:00,60000,,", f"{W},2026-11-21,60001,,"), "21=60000", ("×与第2行同一时刻而数值不同",)
    ),
    "a zero between": File(PLAIN.replace("60040", "0"), "21=60000 23=60080", ("×示数0小于上一次的60000",)),
    "ten times as much once and on": noted(
        PLAIN.replace("60040", "64040").replace("60080", "64080"), "前一个间隔用量4040，平常40", given="21=60000 22=64040 23=64080"
    ),
    "days left out": noted(rows(f"{W},2026-11-21,60000,,", f"{W},2026-11-24,60120,,"), "之间缺2个读数", given="21=60000 24=60120"),
}
LINES = {
    "a total": noted(f"{PLAIN}合计,,180120,,\n", "是合计或平均的行，没有读入"),
    "empty lines": File(PLAIN.replace("\n", "\r\n\r\n")),
    # of our own
    "a total with a day": noted(f"{PLAIN}合计,2026-11-23 00:00,180120,m3,\n", "是合计或平均的行，没有读入"),
    "a note": noted(f"{PLAIN}注：11月22日补抄,,,,\n", "是说明的行，没有读入"),
    "a figure alone": File(f"{PLAIN},,180120,,\n", ALL, ("×没有填写计量器具编号",)),
    "a total of one meter": File(f"{PLAIN}{W}小计,,180120,,\n", ALL, ("×没有填写时间",)),
    "a meter alone": File(f"{PLAIN}{W},,,,\n", ALL, ("×没有填写时间",)),
    "a meter and a day": File(f"{PLAIN}{W},2026-11-24\n", ALL, ("×没有填写读数",)),
    "heads again": noted(f"{PLAIN}{HEAD}\n", "是重复的表头，没有读入"),
}


def book(*rows, epoch=None, form="", beside=(), first=False, heads=(HEADS,), merge=(), hidden=()):
    """Workbook of readings; ``form`` of the cell C2, ``beside`` the rows of another sheet, which is the ``first`` one or the second.

    ``merge`` ranges, ``hidden`` rows.
    """
    made = openpyxl.Workbook()
    made.epoch = epoch or made.epoch
    made.active.title = "读数"
    for row in (*heads, *rows):
        made.active.append(row)
    for one in merge:
        made.active.merge_cells(one)
    for row in hidden:
        made.active.row_dimensions[row].hidden = True
    if form:
        made.active["C2"].number_format = form
    if beside or first:
        sheet = made.create_sheet("其他", 0 if first else None)
        for row in beside:
            sheet.append(row)
    return saved(made)


def refused_heads(content):
    return File(content, "", ("?第2行应是表头，缺少：读数",))


def litres(*heads, merge=()):
    """Readings before and now below these heads, which say that they are litres."""
    content = book(*((W, day, (value - 40) * 1000, value * 1000) for _, day, value, _unit in THREE), heads=heads, merge=merge)
    return noted(content, "→读数", *(f"{value * 1000}{'L' if 'L' in str(heads) else '升'}换算成{value}m3" for value in VALUES))


DAY = dt.datetime(2026, 11, 21)  # noqa: DTZ001 -- as a spreadsheet keeps it
THREE = [(W, DAY + dt.timedelta(days=number), value, "m3") for number, value in enumerate(VALUES)]
SIX = [(W, day, value - 40, value, unit) for W, day, value, unit in THREE]
TWO_HEADS = (("表号", "抄表日期", "示数", None, "单位"), (None, None, "上次", "本次"))
LITRES = (None, None, "上次（升）", "本次（升）")
TWO_DAYS = (("表号", "上次抄表", None, "本次抄表"), (None, "日期", "示数", "日期", "示数"))
PAIR = [line[:3] for line in THREE]
ONE, OTHER = "21=60000", (HEADS, (W, DAY + dt.timedelta(days=3), 60120, "m3"))
BOOKS = {
    "days": File(book(*THREE)),
    "days since 1904": File(book(*THREE, epoch=CALENDAR_MAC_1904)),
    "a truth value": refused(book((W, DAY, True, "m3")), "应填数字"),
    "a truth value as time": refused(book((W, True, 5, "m3")), "时间“True”不能识别"),
    "a time of the day": refused(book((W, dt.time(8), 5, "m3")), "时间“08:00:00”不能识别"),
    "a formula": refused(book((W, DAY, "=1+1", "m3")), "读数：这是公式，请改成结果"),
    "a day as number": refused(book((W, 46347, 60000, "m3")), "像是 Excel 的日期序号，是2026-11-21 00:00吗"),
    "a code as number": File(book((1001.0, DAY, 60000, "m3")), ONE),
    "an error": refused(book((W, DAY, "#N/A", "m3")), "读数：单元格是错误值"),
    "a duration": refused(book((W, dt.timedelta(hours=30), 5, "m3")), "时间“1 day, 6:00:00”不能识别"),
    # of our own
    "all as text": File(book((W, "2026/11/21", "60,000", "立方米")), ONE),
    "a fraction of a second before midnight": File(book((W, DAY - dt.timedelta(milliseconds=4), 60000, "m3")), ONE),
    "what a spreadsheet adds up": File(book((W, DAY, 0.1 + 0.2 + 59999.7, "m3")), ONE),
    "what a spreadsheet leaves of nothing": File(book(("1001", DAY, 0.1 + 0.2 - 0.3, "m3")), "21=0"),
    "what a spreadsheet leaves below nothing": File(book(("1001", DAY, 0.3 - 0.1 - 0.2, "m3")), "21=0"),
    "a day as value": refused(book((W, DAY, DAY, "m3")), "应填数字"),
    "an empty sheet before": File(book(*THREE, first=True)),
    "a cover before": noted(book(*THREE, beside=[["说明"], ["抄表"]], first=True), "只读入工作表“读数”，没有读入：其他"),
    "a sheet of another month": noted(book(*THREE, beside=OTHER), "只读入工作表“读数”，没有读入：其他"),
    "a name below": noted(book(*THREE, ("填表人：张演示",)), "是说明的行，没有读入"),
    "meters merged": refused(book(*THREE, merge=("A2:A4",)), "第2行有合并单元格，分不清各行的内容，请取消合并并逐行填写后导入"),
    "cells of a line merged": refused(book(*THREE, merge=("C3:D3",)), "第3行有合并单元格"),
    "a title and a note merged": noted(
        book(*THREE, ("注：人工抄表",), heads=(("十一月读数",), HEADS), merge=("A1:E1", "A6:E6")), "是说明的行，没有读入"
    ),
    "lines hidden": noted(book(*THREE, hidden=(3, 4)), f"表里有2行是隐藏或筛选掉的，也读入了：第3行{W}、第4行{W}"),
    "a line without a reading hidden": noted(book(*THREE, ("填表人：张演示",), hidden=(5,)), "是说明的行，没有读入"),
    "heads over two lines": noted(
        book(
            *SIX,
            heads=TWO_HEADS,
            merge=("A1:A2", "B1:B2", "C1:D1", "E1:E2"),
        ),
        "本次示数→读数",
    ),
    "heads over two lines, one merged": noted(
        book(*SIX, heads=TWO_HEADS, merge=("C1:D1",)),
        "本次示数→读数",
    ),
    "heads named in the second line": noted(
        book(*SIX, heads=((None, "抄表", "示数"), ("表号", "日期", "上次", "本次", "单位")), merge=("C1:D1",)), "本次示数→读数"
    ),
    "a unit merged above": noted(
        book(*((W, day, value * 1000) for _, day, value, _unit in THREE), heads=((None, None, "单位：升"), HEADS[:3]), merge=("C1:D1",)),
        "表上方写的单位“升”→读数的单位",
        "60000000升换算成60000m3",
        "60040000升",
        "60080000升",
    ),
    "a head over two columns": File(
        book(*((W, "泵房", *line[1:]) for line in THREE), heads=((HEADS[0], None, *HEADS[1:]),), merge=("A1:B1",))
    ),
    "a title over the heads and a unit": noted(
        book(*PAIR, heads=(("附表1", "十一月抄表读数"), ("表号", "抄表日期", "示数（m3）", "备注")), merge=("B1:D1",)), "示数（m3）→读数"
    ),
    "last month's reading beside": noted(
        book((W, DAY, 59960, 60000), heads=(("表号", "抄表日期", "上期", "本期"), (None, None, "示数", "示数")), merge=("A1:A2", "B1:B2")),
        "本期示数→读数",
        given=ONE,
    ),
    "last month's reading alone": refused_heads(
        book((W, DAY, 59960), heads=(("表号", "抄表日期", "上期"), (None, None, "示数")), merge=("A1:A2", "B1:B2"))
    ),
    "last month's reading below words that are not merged": noted(
        book((W, DAY, 59960, 60000), heads=((None, None, "上期", "本期"), ("表号", "抄表日期", "示数", "示数"))), "本期示数→读数", given=ONE
    ),
    "two readings with their days": noted(
        book((W, DAY - dt.timedelta(days=30), 59960, DAY, 60000), heads=TWO_DAYS, merge=("A1:A2", "B1:C1", "D1:E1")),
        "日期→时间、示数→读数",
        given=ONE,
    ),
    "words below one that is not merged": refused_heads(
        book((W, DAY, 59960, 60000), heads=(("表号", "抄表日期", "示数"), (None, None, "6月", "7月")))
    ),
    "the reading of now below one that is not merged": noted(
        book((W, DAY, 60000, 59960), heads=(("表号", "抄表日期", "示数"), (None, None, "本次", "上次"))), "本次示数→读数", given=ONE
    ),
    "a sum beside": noted(
        book((W, DAY, 60000, 9), heads=(("表号", "抄表日期", "本期", "累计"), (None, None, "读数", "读数")), merge=("A1:A2", "B1:B2")),
        "本期读数→读数",
        given=ONE,
    ),
    "readings of two kinds": refused_heads(
        book((W, DAY, 60000, 9), heads=(("表号", "抄表日期", "总", "峰"), (None, None, "示数", "示数")), merge=("A1:A2", "B1:B2"))
    ),
    "days in the heads": refused_heads(
        book(*SIX, heads=(TWO_HEADS[0], (None, None, "上次（10月20日）", "本次（11月20日）")), merge=("C1:D1",))
    ),
    "a unit in the lower heads": litres(
        ("表号", "抄表日期", "示数"), (None, None, "上次（升）", "本次（升）"), merge=("A1:A2", "B1:B2", "C1:D1")
    ),
    "a unit in the lower heads, one merged": litres(
        ("表号", "抄表日期", "示数"), (None, None, "上次（升）", "本次（升）"), merge=("C1:D1",)
    ),
    "a unit in the upper heads": litres(("表号", "抄表日期", "示数（L）"), (None, None, "上次", "本次"), merge=("C1:D1",)),
    "a unit in the third line": litres(
        ("表号", "抄表日期", "示数"), (None, None, "上次", "本次"), (None, None, "升", "升"), merge=("A1:A3", "B1:B3", "C1:D1")
    ),
    "a unit in the third line below a title": litres(
        ("附表1", "十一月抄表读数"), TWO_HEADS[0][:3], (None, None, "上次", "本次"), (None, None, "升", "升"), merge=("B1:D1", "C2:D2")
    ),
    "a unit in a line of its own": litres(("表号", "抄表日期", "上次示数", "本次示数"), (None, None, "升", "升")),
    "a unit with a digit": noted(
        book(*(line[:4] for line in SIX), heads=(TWO_HEADS[0][:4], (None, None, "上次(m3)", "本次(m3)")), merge=("C1:D1",)),
        "本次示数（m3）→读数",
    ),
    "days as dates in the heads": refused_heads(
        book((W, DAY, 59960, 60000), heads=(("表号", "抄表日期", "示数"), (None, None, DAY - dt.timedelta(days=30), DAY)))
    ),
    "a use of water over two kinds of figures": noted(
        book(
            (W, DAY, 60000, 40),
            heads=(("表号", "抄表日期", "非居民用水"), (None, None, "示数", "用量")),
            merge=("A1:A2", "B1:B2", "C1:D1"),
        ),
        "示数→读数",
        given=ONE,
    ),
    "no value": refused(book((W, DAY, None, "m3")), "没有填写读数"),
}
FAMILIES = {
    "forms": FORMS, "heads": IN_HEADS, "times": TIMES, "values": IN_VALUES, "units": UNITS, "meters": METERS, "sequences": SEQUENCES,
    "lines": LINES, "workbooks": BOOKS,
}  # fmt: skip


@pytest.fixture
def district(people):
    """With two water meters of five digits that were read daily until 2026-11-20, and two others without readings."""
    found, water = make_district(people), {"carrier": "water", "unit": "m3"}
    for code, last, more in ((W, 59960, water), (NEAR_END, 99950, water), (E, None, {}), ("1001", None, water)):
        meter = MeterFactory(district=found, code=code, interval="day", cumulative=True, digits=5 if last else None, **more)
        if last:
            write(meter, range(last - 760, last + 1, 40), by=people.preparer, first=at(2026, 11, 1), step=dt.timedelta(days=1))
    return found


def outcome(district, name, content):
    """What a file gives and what is said of it, as ``File`` writes it."""
    try:
        found = parse(name, content)
    except UnknownHeadsError as unknown:
        return "", [f"?{unknown}"]
    except Refused as refusal:
        return "", [f"×{refusal}"]
    seen = look_at(district, found.readings, NOW)
    given = " ".join(f"{moment.astimezone(SHANGHAI):%d}={plain(value)}" for _meter, moment, value, _how in seen.rows)
    faults = [f"{'×' if fault.refused else '·'}{fault.words}" for fault in (*found.faults, *seen.faults)]
    return given, [*faults, *([f"·{found.told}"] if found.told else [])]


def is_of(said, expected):
    return said[0] == expected[0] and expected[1:] in said


@pytest.mark.django_db
@pytest.mark.parametrize("family", FAMILIES)
def test_a_strange_file_gives_what_was_meant_or_says_why_not(district, family):
    wrong = {}
    for name, file in FAMILIES[family].items():
        content = file.content if isinstance(file.content, bytes) else file.content.encode()
        given, said = outcome(district, "a.xlsx" if family == "workbooks" else "a.csv", content)
        is_told = all(any(is_of(one, words) for words in file.said) for one in said)
        if (given, is_told) != (file.given, True) or not all(any(is_of(one, words) for one in said) for words in file.said):
            wrong[name] = given, said
    assert wrong == {}


BY_POST = {
    "forms": "unclosed in the last column", "heads": "other words", "times": "an interval", "values": "more than the digits",
    "units": "t of water", "meters": "lower case", "sequences": "a spike", "lines": "a total", "workbooks": "a sheet of another month",
}  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
def test_the_page_says_what_became_of_the_file(preparer, district, family):
    file = FAMILIES[family][BY_POST[family]]
    content = file.content if isinstance(file.content, bytes) else file.content.encode()
    sent = SimpleUploadedFile(f"读数.{'xlsx' if family == 'workbooks' else 'csv'}", content)
    with clock.at(NOW):
        answer = preparer.post(reverse("carbon:reading_upload", args=[district.code]), {"file": sent}, follow=True)
    page = unescape(answer.content.decode())
    assert [words for words in file.said if words[1:] not in page] == []
    seen = answer.context.get("seen") or {"added": 0}
    assert (seen["added"], "没有要写入的读数" in page) == (len(file.given.split()), family in {"times", "values", "units"})
