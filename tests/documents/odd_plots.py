"""Workbooks of plots as offices send them back: each cell and each file with what a user sees of it.

The lists named as in the collection of strange files that were made from an export of the portal's own list; ``OWN`` ones are further
variants of the same families. What is tested elsewhere: ``formatted_empty_60k`` in ``test_office_lines`` (rows of nothing but a format).
"""

import datetime as dt
import re
import zipfile
from io import BytesIO
from typing import Any, NamedTuple

import openpyxl
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Border, Font, Side
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table

from tests.documents.test_other_formats import strict
from tests.factories.workbooks import saved

SHEET, HEAD_LINE, FIRST, CHANGED, OLD, NEW = "地块", 3, 4, 10, "1.25", 2.22
AREA, FLOOR, ZONE, USE = "用地面积 公顷", "建筑面积 m²", "所在分区", "用地性质"
DAY, NOON = dt.date(2027, 3, 1), dt.datetime(2027, 3, 1, 8, 30)  # noqa: DTZ001 -- of a cell


class Outcome(NamedTuple):
    """``kind`` read, asked or refused; the value that stands in the preview (None if the cell is as it was), and words that are said."""

    kind: str
    value: str | None = None
    word: str = ""


class Shown(NamedTuple):
    """A number and the number format of its cell."""

    value: float
    form: str


def read(value: str | None, word: str = "") -> Outcome:
    return Outcome("read", value, word)


def asked(word: str) -> Outcome:
    return Outcome("asked", None, word)


def refused(word: str) -> Outcome:
    return Outcome("refused", None, word)


SAME, AS_DAY, NO_DAY = read(None), read("2027-03-01"), refused("请填2026-03-01的样子")
DAYS = {
    "date_real": (DAY, AS_DAY), "date_time": (NOON, AS_DAY), "date_slash": ("2027/3/1", AS_DAY), "date_dots": ("2027.3.1", AS_DAY),
    "date_cn": ("2027年3月1日", AS_DAY), "date_compact": ("20270301", read("2027-03-01", "“20270301”识别为")),
    "date_month": ("2027年3月", asked("只写到月，请补上日")), "date_serial": (46447, read("2027-03-01", "日期序号")),
    "date_2digit": ("27-3-1", asked("是2027-03-01吗")), "date_leap": ("2027-02-29", refused("没有这一天")),
    "date_24": ("2027-03-01 24:00", AS_DAY), "date_text_serial": ("46447", read("2027-03-01", "日期序号")),
}  # fmt: skip
OWN_DAYS = {
    "dashes that Word makes": ("2027—3—1", AS_DAY), "dashes that do not break": ("2027\u20113\u20111", AS_DAY),
    "blanks at the dashes": ("2027 - 3 - 1", AS_DAY), "blanks at the words": ("2027年 3月 1日", AS_DAY),
    "blanks around the words": ("2027 年 3 月 1 日", AS_DAY), "weekday and time": ("2027-03-01 星期一 08:00", AS_DAY),
    "the sign of a text": ("'2027-3-1", AS_DAY), "a stop behind": ("2027.03.01.", AS_DAY),
    "half of the day": ("2027-3-1 上午 9:05", AS_DAY),
    "unseen characters": ("\u200b2027-3-1\ufeff", AS_DAY), "month and slash": ("2027/03", asked("只写到月，请补上日")),
    "from and to": ("2027-03-01 至 2027-05-01", NO_DAY), "before a day": ("2027-3-1 前", NO_DAY),
    "a blank in a day": ("2027-3-0 1", NO_DAY),
    "not sure": ("2027年3月1日（暂定）", NO_DAY), "moment of another zone": ("2027-03-01T16:00:00Z", NO_DAY),
    "quarter": ("2027年一季度", NO_DAY),
    "year of the republic": ("民国116年3月1日", NO_DAY), "English": ("1-Mar-27", NO_DAY), "l for 1": ("2027-3-l", NO_DAY),
    "time alone": (dt.time(8, 30), refused("当成了日期或时间")),
    "shown to the month": (Shown(46447, 'yyyy"年"m"月"'), read("2027-03-01", "单元格只显示到月，识别为2027-03-01，请核对")),
    "shown in English to the month": (Shown(46447, "mmm-yy"), read("2027-03-01", "只显示到月")),
    "shown without its year": (Shown(46447, 'm"月"d"日"'), read("2027-03-01", "只显示月日")),
    "shown whole": (Shown(46447, "[$-804]yyyy/m/d aaaa"), AS_DAY), "shown whole with a time": (Shown(46447, "yyyy-mm-dd hh:mm"), AS_DAY),
    "no end": ("长期有效", refused("没有截止日期的请留空")), "until now": ("至今", refused("没有截止日期的请留空")),
    "as above": ("同上", refused("“同上”不能识别，请写出这一格的内容")), "sign for as above": ("〃", refused("请写出这一格的内容")),
}  # fmt: skip
LARGE, NO_NUMBER, EMPTY = read("1234.5", "如果填的是m²，应为0.12345公顷"), refused("应填数字"), asked("是0还是没有填？这一格必填")
NUMBERS = {
    "num_text_nbsp": ("1\u00a0234.5", LARGE), "num_full": ("１２．５", read("12.5", "全角数字已转为半角")),
    "num_thousand": ("1,234.50", LARGE),
    "num_apostrophe": ("'12.5", read("12.5", "文本格式的数字")), "num_dash": ("—", EMPTY), "num_slash": ("/", EMPTY),
    "num_na": ("N/A", EMPTY),
    "num_wu": ("无", EMPTY), "num_float": ("0.1+0.2", asked("“0.1+0.2”是算式，请填算出的数")), "num_binary": (0.1 + 0.2, read("0.3")),
    "num_neg": (-1.5, refused("超出范围")), "num_big": (1e9, refused("超出范围")), "num_inf_text": ("1e400", refused("科学计数法")),
    "num_unit_mu": ("15亩", read("1", "“15亩”识别为1公顷")), "num_unit_m2": ("12500㎡", SAME), "num_unit_sqm": ("12500 平方米", SAME),
    "num_unit_ha": ("1.25 hm²", SAME), "num_km2": ("0.0125km²", SAME), "num_space": ("1 2.5", refused("数字中间有空格")),
    "num_cn": ("十二", read("12", "“十二”识别为12")), "num_range": ("1.2~1.5", asked("是一个范围，请填一个数")),
    "num_bool": (True, refused("这一格要填数字")),
}  # fmt: skip
OWN_NUMBERS = {
    "a full stop for a point": ("1。3", read("1.3", "全角")), "sign": ("+1.3", read("1.3")), "no zero": (".5", read("0.5")),
    "raised by a sign": ("13000m^2", read("1.3", "识别为1.3公顷")), "wide unit": ("1.3ｈａ", read("1.3", "已去掉单位")),
    "traditional unit": ("1.3公頃", read("1.3", "已去掉单位")), "blanks in the unit": ("1.3 公 顷", read("1.3", "已去掉单位")),
    "line end": ("1.3\n", read("1.3", "文本格式的数字")), "Chinese point": ("二点五", read("2.5", "“二点五”识别为2.5")),
    "fraction": ("1/2", asked("是算式")), "product": ("1.3×2", asked("是算式")),
    "range of units": ("1.2公顷-1.5公顷", asked("是一个范围")),
    "about": ("约1.3", NO_NUMBER), "bookkeeper's minus": ("(1.3)", NO_NUMBER), "Arabic figures": ("١٢", NO_NUMBER),
    "null": ("NULL", NO_NUMBER),
    "two units": ("1.3公顷/19.5亩", refused("请换算后只填数字")), "zero": ("0", refused("用地面积应大于0")),
    "comma for a point": ("1,25", refused("千位分隔应每三位一个")), "1.2 as a day": (dt.date(2026, 1, 2), refused("当成了日期或时间")),
    "broken reference": ("#REF!", refused("错误值")),
    "unit in the format": (Shown(22.5, '0.0"亩"'), read("1.5", "格式带单位“亩”；“22.5亩”识别为1.5公顷")),
    "unit in the format, by strokes": (Shown(13000, "#,##0\\㎡"), read("1.3", "识别为1.3公顷")),
    "own unit in the format": (Shown(1.3, '0.00"公顷"_ '), read("1.3", "格式带单位“公顷”")),
    "divided by the format": (Shown(1.3, '0!.0,"万"'), read("1.3")), "money in the format": (Shown(1.3, "¥#,##0.00"), read("1.3")),
    "minus behind": ("1.3-", asked("“-”是负号吗")), "number of a note": ("1.3①", refused("数字后面的“①”请去掉")),
    "note in brackets": ("1.3[2]", refused("数字后面的“[2]”请去掉")), "star": ("1.3*", refused("数字后面的“*”请去掉")),
    "more or less": ("1.3左右", refused("说明不是确定的数")), "two numbers": ("1.3、1.6", refused("这一格有几个数")),
    "words in brackets": ("1.3（含道路）", refused("数字后面的“（含道路）”请去掉")),
    "two lines": ("1\n345", refused("这一格有几行")), "as above": ("″", refused("请写出这一格的内容")),
    "more decimals than are kept": (1.23456, read("1.2346", "1.23456 按1.2346读取（保留4位小数）")),
    "more decimals in another unit": ("20亩", read("1.3333", "1.333333 按1.3333读取（保留4位小数）")),
    "European": ("1.234,56", refused("千位分隔应每三位一个")), "to be settled": ("待定", NO_NUMBER),
}  # fmt: skip
PERCENT = {
    "pct_fmt": (Shown(0.55, "0%"), read("55", "百分比格式")), "pct_fmt2": (Shown(0.5525, "0.00%"), read("55.25", "百分比格式")),
    "pct_full": ("55％", read("55", "已去掉“％”")), "pct_space": ("55 %", read("55", "已去掉“%”")),
    "pct_frac": (0.55, asked("可以是55%，也可以是0.55%")), "pct_one": (1, asked("可以是100%，也可以是1%")),
    "pct_one_fmt": (Shown(1, "0%"), read("100", "百分比格式")), "pct_ge": ("≥55%", NO_NUMBER),
    "pct_over": (155, asked("应在0到100之间；可能")),
}  # fmt: skip
OWN_PERCENT = {
    "a sign that only stands there": (Shown(55, '0"%"'), read("55")), "a sign behind a stroke": (Shown(55, "0\\%"), read("55")),
    "colours": (Shown(0.55, "0.0%;[Red]-0.0%"), read("55", "百分比格式")), "wide": ("１００％", read("100", "全角")),
    "none": (0, read("0")),
    "less than one": ("0.55%", read("0.55", "已去掉“%”")), "range": ("55%-60%", asked("是一个范围")), "a dash": ("—", SAME),
    "share as text": ("0.55", asked("可以是55%")), "at least": ("不低于55%", NO_NUMBER), "TRUE": (True, refused("请填数字")),
    "tenths": ("5成", refused("单位应为“%”")), "per thousand": ("55‰", refused("单位应为“%”")), "minus": (-5, refused("应在0到100之间")),
}  # fmt: skip
NO_FLAG = refused("请填是或否")
FLAGS = {
    "bool_true": (True, SAME), "bool_sqrt": ("√", SAME), "bool_Y": ("Y", SAME), "bool_shi_space": (" 是 ", SAME), "bool_1": (1, SAME),
    "bool_shi_zwsp": ("是\u200b", SAME), "bool_cn_trad": ("對", NO_FLAG),
}  # fmt: skip
OWN_FLAGS = {
    "letter": ("X", read("否", "“X”按“否”")), "sign": ("×", read("否", "“×”按“否”")), "word": ("false", read("否", "“false”按“否”")),
    "FALSE": (False, read("否")), "nought": (0, read("否", "“0”按“否”")), "blank behind": ("否\u00a0", read("否")),
    "wide": ("ＹＥＳ", SAME),
    "remark": ("是（规划）", NO_FLAG), "both": ("是/否", NO_FLAG), "circle": ("〇", NO_FLAG), "two": (2, NO_FLAG),
    "part": ("部分", NO_FLAG),
    "dash": ("—", NO_FLAG), "box": ("□", NO_FLAG),
}  # fmt: skip
SHOP, FREE, OLD_CODE = read("商业用地"), "不在用地分类中，按所写文字登记，没有代码", refused("是旧版用地代码")
USES = {
    "use_code_number": (901, read("商业用地", "“901”识别为0901")), "use_code_text": ("0901", SHOP), "use_name": ("商业用地", SHOP),
    "use_name_space": ("0901\u3000商业用地", SHOP), "use_old_code": ("C2", OLD_CODE), "use_mixed": ("0901/0902", read("0901/0902", FREE)),
    "use_gb2011": ("B1 商业设施用地", read("商业用地", "旧版用地代码（商业用地），按0901 商业用地，请核对")),
}  # fmt: skip
OWN_USES = {
    "wide": ("０９０１", read("商业用地", "识别为0901")), "unseen character": ("0901\u200b", read("商业用地", "识别为0901")),
    "code and name": ("0901商业", read("商业用地", "识别为0901")), "bracket": ("0901（商业）", read("商业用地", "识别为0901")),
    "dash": ("0901-商业用地", read("商业用地", "识别为0901")), "code behind": ("商业用地(0901)", read("商业用地", "识别为0901")),
    "shown with its zero": (Shown(901, "0000"), SHOP), "first class": (9, read("商业服务业用地", "“9”识别为09")),
    "old code, small": ("c2", OLD_CODE), "old code, wide": ("Ｃ２", OLD_CODE), "old code of several": ("r2", asked("可以是070102")),
    "another's name": ("0901 住宅用地", asked("0901 商业用地与所写的“住宅用地”不是一类，请写明")),
    "another's name beside a code that lost its zero": ("901 住宅用地", asked("0901 商业用地与所写的“住宅用地”不是一类")),
    "class and its part": ("0901 商业用地（090101 零售商业用地）", read("商业用地")),
    "part and its class": ("090101 零售商业用地 0901", read("零售商业用地")),
    "sister's name": ("0901 商务金融用地", asked("不是一类，请写明")),
    "two codes": ("0901+0902", read("0901+0902", FREE)), "no class": ("9999", read("9999", FREE)), "TRUE": (True, refused("逻辑值")),
    "open land": ("1401", read("公园绿地", "仍按可建设计入，请核对")),
}  # fmt: skip
CELLS = {
    "计划取得": (DAYS, OWN_DAYS), AREA: (NUMBERS, OWN_NUMBERS), "装配率要求 %": (PERCENT, OWN_PERCENT), "可建设": (FLAGS, OWN_FLAGS),
    USE: (USES, OWN_USES),
}  # fmt: skip

# Keys: {} is the number of a stored plot, # its last figures. Those of the same row; those noted as like it; those that are another.
KEYS = {
    "key_zwsp": "{}\u200b", "key_nbsp": "{}\u00a0", "key_fullwidth": "ＹＳ01－#", "key_endash": "YS01–#", "key_nbhyphen": "YS01\u2011#",
    "key_lower": "ys01-#", "key_space_inside": "YS01 -#", "key_bom": "\ufeff{}", "key_tab": "{}\t", "key_linebreak": "{}\n",
}  # fmt: skip
OWN_KEYS = {
    "soft hyphen": "YS\u00ad01-#", "mark of direction": "{}\u200f", "minus": "YS01−#", "wide blank": "YS01\u3000-#",
    "bold letters": "𝐘𝐒01-#",
    "horizontal bar": "YS01―#",
}  # fmt: skip
ALIKE = {
    "O for 0": "YSO1-#", "sign of a text": "'{}", "underscore": "YS01_#", "slash": "YS01/#", "blank for a dash": "YS01 #", "stop": "{}.",
    "number of a note": "{}①",
    "quotes": "“{}”", "two dashes": "YS01--#", "bracket": "YS01-(#)", "without a zero": "YS1-#",
}  # fmt: skip
OTHERS = {"with a word": "{}地块", "Cyrillic": "УS01-#"}
SEVERAL_KEYS = ("A-01、A-02", "A-01~A-05", "A-01至A-05", "A-01，A-02", "A-01等3块")
NO_KEYS = ("待定", "—", "/", "无", "暂无编号", "未编号", "见附件", "详见附表", "TBD", "N/A", "……", "略", "其他")
SAME_KEYS = ("同上", "〃", "″", "同 上", "“")
NEW_KEYS = {
    "key_number": (101.0, read("101")), "key_sci": (1e21, refused("只保留前15位")),
    "key_date": (dt.date(2026, 3, 1), refused("当成了日期")),
    "key_bmp2": ("𠮷01-龘䶮㛃", read("𠮷01-龘䶮㛃")), "key_leading_zero_text": ("007", read("007")),
    "shown with zeros": (Shown(8, "000"), read("008")), "shown with letters": (Shown(9, '"YS09-"000'), read("YS09-009")),
    "shown with decimals": (Shown(1.1, "0.00"), read("1.10")), "more than is shown": (Shown(1.25, "0.0"), read("1.25")),
    "TRUE": (True, refused("逻辑值TRUE")), "time": (dt.time(1, 2), refused("当成了日期或时间")), "formula": ("=A1", refused("这是公式")),
    "error": ("#N/A", refused("错误值")), "too long": ("A" * 41, refused("最多40个字")),
    "a day as text": ("2026-03-01", read("2026-03-01")),
    "markup": ("<b>1</b>", read("<b>1</b>")),
    **{f"no key: {text}": (text, refused("不是地块编号，请填写")) for text in NO_KEYS},
    **{f"several: {text}": (text, refused("像是几个地块编号写在一格")) for text in SEVERAL_KEYS},
    **{f"as above: {text}": (text, refused("请写出这一格的内容")) for text in SAME_KEYS},
    "spare plot": ("预留1", read("预留1")), "further plot": ("A-01（补）", read("A-01（补）")),
}  # fmt: skip


# --- whole files --------------------------------------------------------------------------------------------------------


def edited(content: bytes, change: Any) -> bytes:
    """The exported workbook with ``change(book, sheet, places of the columns)``, and before it the area of one row changed."""
    book = openpyxl.load_workbook(BytesIO(content))
    sheet = book[SHEET]
    at = {cell.value: cell.column for cell in sheet[HEAD_LINE]}
    sheet.cell(CHANGED, at[AREA], NEW)
    change(book, sheet, at)
    return saved(book)


def packed(content: bytes, change: Any) -> bytes:
    """The same with each member of the package as ``change(name, data)`` gives it, left out where that gives no name."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(edited(content, lambda *_: None))) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in old.infolist():
            name, data = change(entry.filename, old.read(entry))
            if name:
                made.writestr(name, data)
    return out.getvalue()


def in_sheet(change: Any) -> Any:
    return lambda name, data: (name, change(data) if name.endswith("sheet1.xml") else data)


def in_strings(old: bytes, new: bytes) -> Any:
    return lambda name, data: (name, re.sub(old, new, data, count=1) if name.endswith("sharedStrings.xml") else data)


def renamed(old: str, new: str) -> Any:
    return lambda name, data: (name.replace(old, new), data)


def left_out(part: str) -> Any:
    return lambda name, data: ("" if part in name else name, data)


def head(words: str) -> Any:
    return lambda _book, sheet, at: sheet.cell(HEAD_LINE, at[AREA], words)


def merged(place: str) -> Any:
    return lambda _book, sheet, _at: sheet.merge_cells(place)


def filled(*cells: tuple[int, int, Any]) -> Any:
    return lambda _book, sheet, _at: [sheet.cell(*cell) for cell in cells]


def _hidden(_book, sheet, _at):
    sheet.row_dimensions[CHANGED].hidden = True
    sheet.auto_filter.ref = "A3:AP50"
    sheet.auto_filter.add_filter_column(0, ["YS01-001"])


def _error(_book, sheet, at):
    sheet.cell(CHANGED, at[FLOOR], "#N/A").data_type = "e"


def _protected(_book, sheet, _at):
    sheet.protection.sheet, sheet.protection.password = True, "abc"


def _moved(columns):
    def change(_book, sheet, at):
        sheet.move_range(f"D3:D{sheet.max_row}", cols=columns)
        sheet.delete_cols(at[AREA])

    return change


def _counted(_book, sheet, _at):
    sheet.insert_cols(1)
    for row in range(HEAD_LINE, sheet.max_row + 1):
        sheet.cell(row, 1, row - HEAD_LINE or "序号")


def _names(book, _sheet, _at):
    for number in range(3000):
        book.defined_names[f"_n{number}"] = DefinedName(f"_n{number}", attr_text="#REF!")


def _borders(_book, sheet, _at):
    line = Border(left=Side(style="thin"))
    for row in range(51, 5051):
        sheet.cell(row, 1).border = line


def _of_1904(book, sheet, at):
    book.epoch = CALENDAR_MAC_1904
    sheet.cell(CHANGED, at["计划取得"], DAY).number_format = "yyyy-mm-dd"


def _chart(_book, sheet, _at):
    chart = BarChart()
    chart.add_data(Reference(sheet, 4, 4, 4, 9))
    sheet.add_chart(chart, "H60")


def _hidden_group(_book, sheet, _at):
    sheet.row_dimensions.group(9, 11, hidden=True)


def _struck(_book, sheet, _at):
    for cell in sheet[CHANGED]:
        cell.font = Font(strike=True)


def _merged_note(_book, sheet, _at):
    sheet["A53"] = "注：面积以批准文件为准"
    sheet.merge_cells("A53:F54")


TAKEN, MERGED_ROW = read("2.22"), "有合并单元格，分不清各行的内容，请取消合并并逐行填写后导入"
BOOKS = {
    "comments": (lambda _book, sheet, _at: setattr(sheet["D5"], "comment", Comment("请复核", "张三")), TAKEN),
    "hidden_filtered_row": (_hidden, read("2.22", "第10行YS01-007")),
    "hidden_column": (lambda _book, sheet, _at: setattr(sheet.column_dimensions["D"], "hidden", True), TAKEN),
    "merged_zone": (merged("B8:B10"), refused(f"第8行{MERGED_ROW}")),
    "merged_title": (merged("A1:H1"), TAKEN),
    "formula": (lambda _book, sheet, at: sheet.cell(CHANGED, at[FLOOR], "=D10*10000*1.5"), refused("这是公式，请改成结果")),
    "error_cell": (_error, refused("单元格是错误值")),
    "protected": (_protected, TAKEN),
    "head_linebreak": (head("用地面积\n公顷"), TAKEN),
    "head_brackets": (head("用地面积（公顷）"), TAKEN),
    "column_moved": (_moved(60), read(None, f"没有的列：{AREA}")),
    "column_deleted": (lambda _book, sheet, at: sheet.delete_cols(at[ZONE]), read("2.22", f"没有的列：{ZONE}")),
    "column_inserted": (_counted, refused("表头 A3 重复，或者不是这个工作簿的列，请删去这一列")),
    "title_row_deleted": (lambda _book, sheet, _at: sheet.delete_rows(1, 2), refused("表头应在第3行，现在在第1行，请补回上面删去的行")),
    "sheet_renamed": (lambda _book, sheet, _at: setattr(sheet, "title", "地块 (2)"), refused("没有名为“地块”的表，请把表名改回“地块”")),
    "sheet_in_front": (lambda book, _sheet, _at: book.move_sheet(book.create_sheet("汇总"), -4), TAKEN),
    "total_row": (filled((51, 1, "合计"), (51, 4, 99.9)), read("2.22", "合计或平均的行")),
    "note_row": (filled((53, 1, "注：本表数据截至2026年10月底，由规划科提供。")), read("2.22", "说明的行")),
    "blank_rows_between": (lambda _book, sheet, _at: sheet.insert_rows(11, 3), TAKEN),
    "gd_sheet_deleted": (lambda book, _sheet, _at: book.remove(book["gd"]), TAKEN),
    "names_ref_3000": (_names, TAKEN),
    "formatted_empty_5k": (_borders, TAKEN),
    "date_1904": (_of_1904, read("2.22", "2027-03-01")),
}
OWN_BOOKS = {
    "a whole column merged": (merged("B4:B11"), refused(f"第4行{MERGED_ROW}")),
    "cells of a row merged": (merged("A10:C10"), refused(f"第10行{MERGED_ROW}")),
    "areas merged": (merged("D5:D6"), refused(f"第5行{MERGED_ROW}")),
    "a note merged": (_merged_note, read("2.22", "说明的行")),
    "lines of blanks": (filled((51, 1, " "), (52, 3, "\u3000"), (53, 2, "\u200b")), TAKEN),
    "lines above the heads": (lambda _book, sheet, _at: sheet.insert_rows(2, 2), refused("表头应在第3行，现在在第5行，请删去上面多出的行")),
    "a column moved near": (_moved(45), TAKEN),
    "heads twice": (lambda _book, sheet, at: sheet.cell(HEAD_LINE, at[FLOOR], AREA), refused("表头 E3 应为")),
    "another unit": (head("用地面积 亩"), refused(f"表头 D3 应为“{AREA}”")),
    "a remark beside": (filled((HEAD_LINE, 60, "备注"), (CHANGED, 60, "请复核")), read("2.22", "没有读入的列：备注")),
    "heads between": (lambda _book, sheet, at: [sheet.cell(53, place, label) for label, place in at.items()], read("2.22", "重复的表头")),
    "rows folded away": (_hidden_group, read("2.22", "第9行YS01-006")),
    "a table of the program": (lambda _book, sheet, _at: sheet.add_table(Table(displayName="t1", ref="A3:C11")), TAKEN),
    "a chart": (_chart, TAKEN),
    "a row struck out": (_struck, TAKEN),
    "marks to be seen": (lambda book, _sheet, _at: setattr(book["gd"], "sheet_state", "visible"), TAKEN),
    "sheet hidden": (lambda _book, sheet, _at: setattr(sheet, "sheet_state", "hidden"), TAKEN),
    "a copy of the sheet": (lambda book, sheet, _at: book.copy_worksheet(sheet), TAKEN),
    "no number": (lambda _book, sheet, _at: setattr(sheet.cell(CHANGED, 1), "value", None), refused("缺地块编号")),
}
STRUCTURE = "不是完好的 Excel 工作簿，请用 Office 重新保存"
PACKAGES = {
    "upper_sharedstrings": (renamed("sharedStrings", "SharedStrings"), TAKEN),
    "phonetic": (in_strings(b"<t>YS01-007</t>", '<t>YS01-007</t><rPh sb="0" eb="2"><t>ワイエス</t></rPh>'.encode()), TAKEN),
    "richtext_key": (in_strings(rb"<t[^>]*>YS01-007</t>", b"<r><rPr><b/></rPr><t>YS01</t></r><r><t>-007</t></r>"), TAKEN),
    "backslash_paths": (renamed("/", "\\"), refused(STRUCTURE)),
    "row_past_end": (
        in_sheet(lambda data: data.replace(b"</sheetData>", b'<row r="1048576"><c r="A1048576"/></row></sheetData>')), TAKEN,
    ),
    "strict_ns": (strict, TAKEN),
}  # fmt: skip
OWN_PACKAGES = {
    "a mark before the XML": (in_sheet(lambda data: b"\xef\xbb\xbf" + data), TAKEN),
    "another prefix": (in_sheet(lambda data: re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", data).replace(b'xmlns="', b'xmlns:x="')), TAKEN),
    "UTF-16": (in_sheet(lambda data: data.decode().replace("UTF-8", "UTF-16").encode("utf-16")), TAKEN),
    "a dimension that is not true": (in_sheet(lambda data: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', data)), TAKEN),
    "no styles": (left_out("styles.xml"), TAKEN),
    "no properties": (left_out("docProps"), TAKEN),
    "a text in its cell": (
        in_sheet(lambda data: re.sub(rb'<c r="A10"[^>]*>.*?</c>', b'<c r="A10" t="inlineStr"><is><t>YS01-007</t></is></c>', data)), TAKEN,
    ),
    "a number as text": (
        in_sheet(lambda data: re.sub(rb'<c r="D10"[^>]*>.*?</c>', b'<c r="D10" t="str"><v>2.22</v></c>', data)),
        read("2.22", "文本格式的数字"),
    ),
    "paths from the root": (lambda name, data: (f"/{name}", data), refused("内部结构异常，请用 Office 重新保存")),
    "types in small letters": (renamed("[Content_Types]", "[content_types]"), refused(STRUCTURE)),
}  # fmt: skip


def package(content: bytes, change: Any) -> bytes:
    """A file of ``PACKAGES``."""
    return strict(edited(content, lambda *_: None)) if change is strict else packed(content, change)
