"""An office's own sheet of an inventory: lines are counted, not keyed, and a row is found by what it is about."""

import pytest

from carbon.inventories import services
from carbon.inventories.activity_rows import RowTexts
from carbon.inventories.selectors import head_of
from carbon.inventories.workbook import InventoryReader
from greendistrict.core import clock
from greendistrict.documents.workbooks.pasted import pasted_workbook
from tests.carbon.inventories.world import NOW, make_inventory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("february")]
STORED = (
    RowTexts("1", "building", "用电", "1200", "万kWh"), RowTexts("2", "building", "燃气", "35.5", "万m3"),
    RowTexts("3", "industry", "煤", "10", "tce"), RowTexts("4", "industry", "煤", "20", "tce"),
)  # fmt: skip


@pytest.fixture
def inventory(people):
    with clock.at(NOW):
        made = make_inventory(people, filled=False)
        services.save(inventory=made, head=head_of(made), boundary=None, rows=STORED, version=0, by=people.preparer)
    made.refresh_from_db()
    return made


def read(inventory, *lines):
    return InventoryReader(inventory, clock.today()).read(pasted_workbook("\n".join("\t".join(line) for line in lines)))


@pytest.mark.parametrize("head", ["序号", "行号", "No."])
def test_the_numbers_of_lines_are_no_keys(inventory, head):
    found = read(inventory, [head, "部门", "活动", "活动量"], ["1", "建筑运行", "燃气", "36"], ["2", "建筑运行", "用电", "1300"])
    assert [(work.label, work.fields) for work in found.works] == [("2", {"amount": "36"}), ("1", {"amount": "1300"})]
    assert (found.refused, found.noted, head in found.unread) == ([], [], True)


@pytest.mark.parametrize(("sector", "name"), [("建筑", "用电"), ("building", " 用 电"), ("建筑运行", "用电\u200b")])
def test_a_row_is_found_by_its_activity_however_it_is_written(inventory, sector, name):
    found = read(inventory, ["部门", "活动", "活动量"], [sector, name, "1300"])
    assert (found.added, found.refused, found.noted) == ([], [], [])
    assert [(work.label, work.fields["amount"]) for work in found.works] == [("1", "1300")]


def test_without_a_column_of_sectors_the_only_row_of_that_name_is_meant(inventory):
    found = read(inventory, ["活动", "活动量"], ["燃气", "36"], ["新活动（虚构）", "1"])
    assert [(work.label, work.pk is None) for work in found.works] == [("2", False), ("", True)]


@pytest.mark.parametrize("heads", [["部门", "活动", "活动量"], ["活动", "活动量"]])
def test_an_activity_of_several_rows_is_asked_in_true_words(inventory, heads):
    found = read(inventory, heads, [*["产业"] * (len(heads) - 2), "煤", "30"], [*["建筑"] * (len(heads) - 2), "用电", "1300"])
    assert [line.note for line in found.refused] == ["平台上有两行是这个活动（编号3、4），表里没有编号，分不清是哪一行，请加上编号"]
    assert [work.label for work in found.works] == ["1"]


def test_two_lines_of_one_stored_activity_are_refused_in_true_words(inventory):
    found = read(inventory, ["部门", "活动", "活动量"], ["建筑", "用电", "1"], ["建筑运行", "用电", "2"])
    assert [line.note for line in found.refused] == ["工作簿里有两行是这个活动"] * 2
