"""A person with a workbook of fixed rows: out, filled in, back with a preview, written."""

from io import BytesIO

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.assessments.browsing import browser
from tests.factories.workbooks import saved


class Desk:
    """The workbook as the person has it open, and the three addresses it goes through."""

    def __init__(self, user, kind, out, back, apply):
        self.client, self.kind = browser(user), kind
        self.out, self.back, self.apply = out, back, apply
        self.at = {column.field: at for at, column in enumerate(kind.columns)}

    def export(self):
        answer = self.client.get(self.out)
        self.name = answer.headers["Content-Disposition"]
        return self.open(answer)

    def open(self, answer):
        self.book = openpyxl.load_workbook(BytesIO(answer.content))
        self.sheet = self.book[self.kind.sheet]
        return self

    @property
    def lines(self):
        return [row for row in self.sheet.iter_rows(min_row=self.kind.first_row + 1) if row[0].value]

    def cell(self, key, name="value"):
        return next(row[self.at[name]] for row in self.lines if row[0].value == key)

    def put(self, key, value=None, **cells):
        """Fill in cells of a row; ``value`` is the column of that name."""
        for name, content in (cells if value is None else {"value": value, **cells}).items():
            self.cell(key, name).value = content
        return self

    def send(self, name="表.xlsx", content=None):
        upload = SimpleUploadedFile(name, saved(self.book) if content is None else content)
        return self.client.post(self.back, {"workbook": upload})

    def write(self, page, **choices):
        """Confirm a preview."""
        data = {"token": page.context["token"], "stamp": page.context["preview"].stamp, **choices}
        return self.client.post(self.apply, data)

    def returned(self, page):
        """Open the marked copy of what was not taken."""
        return self.open(self.client.post(self.apply, {"copy": page.context["copy"], "returned": "1"}))


def refused(answer):
    found = answer.context["preview"]
    return [line.note for line in found.refused] + found.problems
