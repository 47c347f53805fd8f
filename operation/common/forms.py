"""Base of the entry forms of the ledger.

Also here: Description of a ledger section: labels, model, form, columns, fields copied to the next year, and rules about missing records.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from districts.file.forms import VersionMixin
from districts.plausibility.services import EXPLANATION
from districts.plausibility.views import ExplainedForm
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import ColumnsForm
from greendistrict.columns.kinds import TextColumn
from greendistrict.documents.forms import EvidenceField
from operation.common.models import LedgerEntry

NOTE = Columns(LedgerEntry, note=TextColumn(rows=3))["note"]


class EntryForm(ColumnsForm, ExplainedForm, VersionMixin):
    """Base form of an entry: stored values, an optional evidence file, dates within the ledger's year where the section asks for it."""

    of_year: ClassVar[tuple[str, ...]] = ()
    done: ClassVar[tuple[str, ...]] = ()  # date fields of facts that have happened

    def __init__(self, *args: Any, year: int, today: dt.date, row: LedgerEntry | None = None, **kwargs: Any) -> None:
        self.year, self.today = year, today
        if row is not None:
            kwargs.setdefault("initial", {"version": row.version, **self.initial_of(row)})
        super().__init__(*args, **kwargs)
        self.fields["note"] = NOTE.form_field(initial=getattr(row, "note", ""))
        self.fields["upload"] = EvidenceField(label="证明材料", required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse dates outside the ledger's year, where the section asks for it."""
        data = super().clean() or self.cleaned_data
        for name in self.of_year:
            day = data.get(name)
            if isinstance(day, dt.date) and day.year != self.year:
                self.add_error(name, f"这是{self.year}年的台账，日期应在{self.year}年内")
        for name in self.done:
            self.refuse_later_day(name, data.get(name))
        return data

    def refuse_later_day(self, name: str, day: object) -> None:
        """Refuse a date after today or after the ledger's year, for facts that have happened."""
        if not isinstance(day, dt.date) or name in self.errors:
            return
        if day > self.today:
            self.add_error(name, f"{self.fields[name].label}不能晚于今天")
        elif day.year > self.year:
            self.add_error(name, f"这是{self.year}年的台账，{self.fields[name].label}不能晚于{self.year}年")

    def refuse_past_day(self, name: str, day: object, reached: object) -> None:
        """Refuse a date that has come (within the ledger's year) for what is not yet in the state ``reached``."""
        if isinstance(day, dt.date) and name not in self.errors and day <= self.today and day.year <= self.year:
            self.add_error(name, f"{self.fields[name].label}已到的，情况应选“{reached}”；日期未到的，填计划日期或不填")

    def values(self) -> dict[str, Any]:
        """Keyword arguments for the service."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"version", "upload", EXPLANATION}}


@dataclass(frozen=True)
class MissingRecord:
    """A record that the ledger of a year lacks; ``required`` if the policy says 应, otherwise it is recommended (宜)."""

    text: str
    cite: str
    required: bool = False


@dataclass(frozen=True)
class LedgerSection:
    """A section of the ledger. ``carried`` are the fields copied to the next year; empty if nothing is copied.

    ``missing(entries, files)`` returns what a year lacks, given the confirmed entries and the number of files by entry.
    """

    key: str
    title: str
    noun: str
    cite: str
    model: type[LedgerEntry]
    form: type[EntryForm]
    columns: Columns
    missing: Callable[[Sequence[Any], Mapping[int, int]], list[MissingRecord]]
    carried: tuple[str, ...] = ()
    hint: str = ""
