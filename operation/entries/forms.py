"""Entry forms of the ledger: values, an evidence file, dates within the year of the ledger."""

import datetime as dt
from typing import Any, ClassVar

from django import forms

from assessments.common.mechanism import STANDINGS
from districts.file.forms import VersionMixin
from districts.plausibility.services import EXPLANATION
from districts.plausibility.views import ExplainedForm
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.columns.kinds import TextColumn
from greendistrict.documents.forms import EvidenceFilesField
from operation.entries.columns import AUDIT, BODY, EVENT, FUND, MEETING, PLATFORM, RECORD, TRAINING
from operation.entries.models import ESTABLISHED, LedgerEntry, PlatformStanding

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
        self.fields["upload"] = EvidenceFilesField(label="证明材料", required=False)

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


@with_columns(BODY)
class ManagementBodyForm(EntryForm):
    """A management body of the ledger's year."""

    done: ClassVar[tuple[str, ...]] = ("set_up_on",)


ESTABLISHED_LABEL = STANDINGS[ESTABLISHED]


@with_columns(RECORD)
class MechanismRecordForm(EntryForm):
    """A mechanism of the ledger's year."""

    def clean(self) -> dict[str, Any]:
        """Refuse an establishment date that contradicts the state: to come when established, past when not."""
        data = super().clean()
        if data.get("standing") == ESTABLISHED:
            self.refuse_later_day("established_on", data.get("established_on"))
        else:
            self.refuse_past_day("established_on", data.get("established_on"), ESTABLISHED_LABEL)
        return data


@with_columns(MEETING)
class MechanismMeetingForm(EntryForm):
    """A meeting or evaluation of the ledger's year."""

    of_year: ClassVar[tuple[str, ...]] = ("held_on",)
    done: ClassVar[tuple[str, ...]] = ("held_on",)


@with_columns(PLATFORM)
class DigitalPlatformForm(EntryForm):
    """A platform of the ledger's year."""

    def clean(self) -> dict[str, Any]:
        """Refuse a first day of use that contradicts the state: to come while running, past while not running."""
        data = super().clean()
        if data.get("standing") == PlatformStanding.RUNNING:
            self.refuse_later_day("in_use_on", data.get("in_use_on"))
        else:
            self.refuse_past_day("in_use_on", data.get("in_use_on"), PlatformStanding.RUNNING.label)
        return data

    def clean_coverage(self) -> object:
        """Refuse a coverage outside 0 to 100 % of the district."""
        value = self.cleaned_data["coverage"]
        if value is not None and value > 100:  # noqa: PLR2004 -- a share in percent
            msg = "覆盖率不能大于100%"
            raise forms.ValidationError(msg)
        return value


@with_columns(TRAINING)
class TrainingSessionForm(EntryForm):
    """A session of the ledger's year."""

    of_year: ClassVar[tuple[str, ...]] = ("planned_on", "held_on")
    done: ClassVar[tuple[str, ...]] = ("held_on",)

    def clean(self) -> dict[str, Any]:
        """Refuse attendance or rating without a date, and a rating above 100 %."""
        data = super().clean()
        held, rating = data.get("held_on"), data.get("rating")
        if not held and "held_on" not in self.errors and (data.get("attended") is not None or rating is not None):
            self.add_error("held_on", "填了参加人数或满意率的，请填举办日期")
        if rating is not None and rating > 100:  # noqa: PLR2004 -- a share in percent
            self.add_error("rating", "满意率不能大于100%")
        return data


@with_columns(AUDIT)
class EnergyAuditForm(EntryForm):
    """An audit of the ledger's year."""

    of_year: ClassVar[tuple[str, ...]] = ("audited_on",)
    done: ClassVar[tuple[str, ...]] = ("audited_on",)

    def clean(self) -> dict[str, Any]:
        """Refuse an energy saving larger than the energy used."""
        data = super().clean()
        consumed, saving = data.get("consumed"), data.get("saving")
        if consumed is not None and saving is not None and saving > consumed:
            self.add_error("saving", "年节能潜力不能大于年用能")
        return data


@with_columns(EVENT)
class PublicEventForm(EntryForm):
    """An event of the ledger's year."""

    of_year: ClassVar[tuple[str, ...]] = ("held_on",)
    done: ClassVar[tuple[str, ...]] = ("held_on",)


@with_columns(FUND)
class YearFundForm(EntryForm):
    """One source of funds."""

    def clean(self) -> dict[str, Any]:
        """Used funds need a budget; use above the budget needs an explanation."""
        data = super().clean()
        budget, used = data.get("budget"), data.get("used")
        if used is not None and budget is not None and used > budget and not data.get("note"):
            self.add_error("note", "使用超出预算的，请在说明中写明原因")
        return data
