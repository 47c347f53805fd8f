"""Lists that come back as workbooks, one of each, with a stored row: for tests of what offices write in them."""

import datetime as dt
from io import BytesIO

import openpyxl
from django.contrib.auth.hashers import make_password

from assessments.experts.pool import PoolReader, expert_book
from carbon.inventories.selectors import texts_of
from carbon.inventories.workbook import InventoryReader, inventory_book
from districts.lists.workbooks import ProjectReader, WorkReader, projects_book, works_book
from districts.plots.workbook import PlotReader, plot_book
from greendistrict.accounts.models import User
from greendistrict.core import clock
from portal.enrolment.readers import AccountReader, BodyReader, account_book, body_book
from tests.carbon.inventories.world import make_inventory
from tests.factories.districts import KeyProjectFactory, PlotFactory, WorkFactory, make_district
from tests.factories.reviews import make_experts
from tests.factories.workbooks import saved

DAY = dt.date(2026, 1, 1)


class List:
    """One list: its reader, the workbook with one stored row ``key``, and a new row by field."""

    def __init__(self, reader, content, key, row):
        self.reader, self.content, self.key, self.row = reader, content, key, row

    def read(self, *rows, first=None):
        """Preview of the workbook with these rows ({field: value} or a list of cells) below the stored one."""
        book = openpyxl.load_workbook(BytesIO(self.content))
        sheet = book[self.reader.book.sheet]
        at = {column.field: index for index, column in enumerate(self.reader.book.columns, start=1)}
        begin = first or max(sheet.max_row, self.reader.book.first_row) + 1
        for number, row in enumerate(rows, start=begin):
            for place, value in row.items() if isinstance(row, dict) else enumerate(row, start=1):
                sheet.cell(number, at.get(place, place), value)
        return type(self.reader)(self.reader.subject, self.reader.today).read(saved(book))

    def new(self, key):
        """A new row with this key."""
        return {**self.row, self.reader.book.columns[0].field: key}


def office_lists(cast):
    """Each list by its name."""
    today, district = clock.today(), make_district(cast)
    plot = PlotFactory(district=district, number="YS01-001")
    KeyProjectFactory(district=district, name="YS01-001能源站")
    WorkFactory(district=district, name="YS01-001路")
    inventory, words = make_inventory(cast), {"lowcarbon": "低碳高效"}
    [expert, *_] = make_experts(cast, 0)
    User.objects.create(username="ys01-001", name="某演示", email="ys@example.invalid", password=make_password(None), is_demo=True)
    key = inventory.rows.first().key
    return {
        "plots": List(PlotReader(district, today), plot_book(district, [plot], {}), "YS01-001", {"area_ha": 1}),
        "projects": List(ProjectReader(district, today), projects_book(district), "YS01-001能源站", {"category": "能源"}),
        "works": List(WorkReader(district, today), works_book(district), "YS01-001路", {"kind": "道路"}),
        "inventory": List(InventoryReader(inventory, today), inventory_book(inventory, texts_of(inventory)), key, {"name": "x"}),
        "experts": List(
            PoolReader(words, today), expert_book([], words), expert.user.username,
            {"name": "新演示", "specialties": "低碳高效", "employer": "演示院（虚构）", "valid_from": DAY},
        ),
        "bodies": List(BodyReader(cast.system_keeper, today), body_book([]), "", {"name": "演示单位（虚构）", "kind": "实施主体"}),
        "accounts": List(
            AccountReader(cast.system_keeper, today), account_book([]), "ys01-001", {"name": "甲演示", "email": "j@example.invalid"}
        ),
    }  # fmt: skip


LISTS = ("plots", "projects", "works", "inventory", "experts", "bodies", "accounts")
