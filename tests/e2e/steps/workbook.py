"""A list of a district by its workbook: taken out, filled in as Excel would, previewed, written."""

from pathlib import Path

import openpyxl

from tests.e2e.steps.actor import Actor

HEAD, FIRST = 3, 4


def send(actor: Actor, address: str, folder: Path, rows: dict[str, dict]) -> None:
    """Add and change rows of the list at ``address``; ``rows`` by what the first column holds, cells by the words of their head."""
    actor.open(f"{address}import/")
    path = actor.download(actor.page.locator("main").get_by_role("link", name="导出工作簿"), folder)
    fill(path, rows)
    actor.fill({"填好的工作簿": path})
    actor.press("预览", "预览", "不能接受0格")
    actor.press("写入", "已导入")


def fill(path: Path, rows: dict[str, dict]) -> None:
    """Put cells into a workbook; a row that is not there is added below."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[HEAD]}
    places = {sheet.cell(at, 1).value: at for at in range(FIRST, sheet.max_row + 1)}
    free = max(sheet.max_row, HEAD) + 1
    for key, cells in rows.items():
        if key not in places:
            places[key], free = free, free + 1
            sheet.cell(places[key], 1, key)
        for head, value in cells.items():
            sheet.cell(places[key], columns[head], value)
    book.save(path)
