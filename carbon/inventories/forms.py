"""Forms of carbon inventories: opening one, boundary and rows, pasted rows, file upload, correction."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from assessments.common.forms import YearFilter
from carbon.factors.selectors import factors_now
from carbon.inventories.activity_rows import AT, BOUNDARY, COLUMNS, FIELDS, Library, RowTexts, read_boundary, read_row
from carbon.inventories.columns import HEAD, INVENTORY_LIST, ROW
from carbon.inventories.content import Content, HeadTexts, amount_words, beside_rows
from carbon.inventories.models import NUMBER_LENGTH, CarbonInventory
from carbon.inventories.selectors import extent_words, extents_of, head_of
from carbon.inventory_file import MAX_BYTES, FaultyFileError, InventoryFile, parse, read_text
from carbon.units import unit_words
from districts.boundaries.models import Boundary
from districts.file.models.district import District
from districts.yearly_plans.columns import CARRIED
from greendistrict.columns.filters import ColumnFilter
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.core.forms import field_links
from greendistrict.core.integers import whole
from greendistrict.documents.forms import KeptFileField, KeptFileInput

SPARE_ROWS = 3
MOST_ROWS = 500
MOST_PASTED = 200_000
UNITS = {"area_m2": "m²", "population": "人", "gdp_wan": "万元"}
HELP = {"area_m2": "核算范围内建筑面积之和，不是用地面积"}


class InventoryFilter(YearFilter):
    """Filter of the inventory list."""

    status = ColumnFilter(INVENTORY_LIST.columns["status"])


class InventoryOpenForm(forms.Form):
    """District and year of a new inventory."""

    district = forms.ModelChoiceField(label="城区", queryset=District.objects.none(), empty_label="请选择")
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100, widget=forms.NumberInput(attrs={"data-unit": "年"}))

    def __init__(self, data: Any = None, *, districts: Sequence[District], year: int) -> None:
        initial = {"year": year, "district": districts[0] if len(districts) == 1 else None}
        super().__init__(data, auto_id="new-%s", initial=initial)
        self.fields["district"].queryset = District.objects.filter(pk__in=[one.pk for one in districts])  # type: ignore[attr-defined]


class ExplainForm(forms.Form):
    """Why figures are right although they were asked about."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    explanation = forms.CharField(
        label="核对说明",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="数值无误的，写明原因；随清单留存，审核人和核查机构看得到",
    )


class HeadForm(forms.Form):
    """Boundary and notes of an inventory. Every field may stay empty until the inventory is submitted for signing."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    extent = forms.ModelChoiceField(
        label="核算范围",
        queryset=Boundary.objects.none(),
        required=False,
        empty_label="未选",
        help_text="取城区已登记的范围，记明版次",
    )
    include_industry, note = HEAD.part("include_industry", "note").form_fields().values()

    def __init__(self, data: Any = None, *, inventory: CarbonInventory) -> None:
        head = head_of(inventory)
        first = {**head.sizes, "include_industry": head.include_industry, "note": head.note}
        super().__init__(data, initial={**first, "version": inventory.version, "extent": inventory.boundary_id})
        for name, words in BOUNDARY.items():
            widget = forms.TextInput(attrs={"inputmode": "decimal", "data-unit": UNITS[name], "autocomplete": "off"})
            field = forms.CharField(label=words, max_length=NUMBER_LENGTH, required=False, widget=widget, help_text=HELP.get(name, ""))
            self.fields[name] = field
        extent: forms.ModelChoiceField[Boundary] = self.fields["extent"]  # type: ignore[assignment]
        extent.queryset = extents_of(inventory.district)
        extent.label_from_instance = extent_words  # type: ignore[method-assign, assignment]
        self.order_fields([*BOUNDARY, "extent", "include_industry", "note", "version"])

    @property
    def shown(self) -> list[Any]:
        """The fields to show."""
        return [self[name] for name in self.fields if name != "version"]

    def clean(self) -> dict[str, Any]:
        """Add an error to each size that is not a positive number."""
        data = super().clean() or {}
        for fault in read_boundary({name: data.get(name, "") for name in BOUNDARY})[1]:
            if not fault.missing and fault.field not in self.errors:
                self.add_error(fault.field, fault.text.removeprefix(BOUNDARY[fault.field]).removeprefix("："))
        return data

    def head(self) -> HeadTexts:
        """The typed values, valid or not."""
        typed = {name: str(self.data.get(name, "")).strip() for name in (*BOUNDARY, "note")}
        return HeadTexts(**typed, include_industry=bool(self.data.get("include_industry")))


def _text(name: str, **attrs: str) -> forms.Field:
    return ROW[name].form_field(widget=forms.TextInput(attrs={"autocomplete": "off", **attrs}))


class ActivityRowForm(forms.Form):
    """One row. An empty row is dropped; missing values are allowed until the inventory is submitted for signing."""

    key = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    sector = ROW["sector"].form_field()
    name = _text("name")
    amount = _text("amount", inputmode="decimal")
    unit = _text("unit", list="carbon-units")
    factor = forms.ChoiceField(label=ROW["factor"].label, required=False)
    factor_value = _text("factor_value", inputmode="decimal")
    factor_unit = _text("factor_unit", placeholder="kgCO2e/kWh")
    factor_source = _text("factor_source")
    heating_value = _text("heating_value", inputmode="decimal")
    heating_unit = _text("heating_unit", placeholder="MJ/m3")
    uncertainty = _text("uncertainty", inputmode="decimal")
    source = _text("source")
    remove = forms.BooleanField(label="删除这一行", required=False)
    last = ""  # amount of the same row in last year's inventory
    waits = ""  # mark of a row that was taken over from last year and waits to be confirmed

    def __init__(self, *args: Any, library: Library, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.library = library
        self.fields["factor"].choices = choices  # type: ignore[attr-defined]

    @property
    def main(self) -> list[Any]:
        """Fields that every row needs."""
        return [self[name] for name in ("sector", "name", "amount", "unit", "factor")]

    @property
    def details(self) -> list[Any]:
        """Optional fields, shown when unfolded."""
        names = ("factor_value", "factor_unit", "factor_source", "heating_value", "heating_unit", "uncertainty", "source")
        return [self[name] for name in names]

    @property
    def has_details(self) -> bool:
        """Whether the optional part is shown: one of its fields has an error, or the row states its own factor."""
        return any(field.errors for field in self.details) or bool(self["name"].value() and not self["factor"].value())

    def texts(self) -> RowTexts:
        """The typed values, valid or not."""
        typed: Mapping[str, Any] = self.data
        return RowTexts(**{name: str(typed.get(self.add_prefix(name), "")).strip() for name in FIELDS})

    @property
    def is_removed(self) -> bool:
        """Whether the row is marked for removal."""
        return bool(self.data.get(self.add_prefix("remove")))

    def clean(self) -> dict[str, Any]:
        """Add an error to each field with a wrong value."""
        data = super().clean() or {}
        row = self.texts()
        if not (row.is_empty or self.is_removed):
            for fault in read_row(row, self.library).faults:
                if not fault.missing and fault.field not in self.errors:
                    self.add_error(fault.field, fault.text)
        return data


class RowSet:
    """Forms of all rows plus some empty ones at the end; the hidden field ``rows`` says how many were rendered."""

    def __init__(
        self,
        data: Any = None,
        *,
        rows: Sequence[RowTexts] = (),
        spare: int = SPARE_ROWS,
        before: Content | None = None,
        carried: Collection[str] = (),
    ) -> None:
        library = factors_now()
        choices = [("", "自填因子（见下）")]
        for factor in library.values():
            for version in reversed(factor.versions):
                words = f"{factor.name}　{version.since}年起　{version.factor.value} {unit_words(version.factor.unit)}"
                choices.append((f"{factor.id}{AT}{version.since}", words))
        known: dict[str, Any] = {"library": library, "choices": choices}
        if data is not None:
            count = min(whole(data.get("rows", ""), 0), MOST_ROWS)
            self.forms = [ActivityRowForm(data, prefix=f"rows-{at}", **known) for at in range(count)]
            listed = [form.texts() for form in self.forms]
        else:
            listed = [*rows, *[RowTexts()] * spare][: max(MOST_ROWS, len(rows))]
            self.forms = [ActivityRowForm(prefix=f"rows-{at}", initial=vars(row), **known) for at, row in enumerate(listed)]
        for form, beside in zip(self.forms, beside_rows(map(vars, listed), before), strict=True):
            form.last = amount_words(beside)
        for form, row in zip(self.forms, listed, strict=True):
            form.waits = CARRIED if row.key and row.key in carried else ""

    def __len__(self) -> int:
        """Number of rows on the page."""
        return len(self.forms)

    def is_valid(self) -> bool:
        """Whether nothing is wrong in any row."""
        wrong = [form for form in self.forms if not (form.is_valid() or form.is_removed)]
        return not wrong

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Errors of the rows that are kept, as (anchor, text beginning with the row number)."""
        return [
            (anchor, f"第{at}行：{words}")
            for at, form in enumerate(self.forms, start=1)
            if not form.is_removed
            for anchor, words in field_links(form)
        ]

    def texts(self) -> list[RowTexts]:
        """Typed values of the rows that are kept."""
        return [form.texts() for form in self.forms if not form.is_removed]


class PasteForm(forms.Form):
    """Cells copied from a spreadsheet."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    pasted = forms.CharField(
        label="从 Excel 粘贴",
        max_length=MOST_PASTED,
        strip=False,
        help_text=f"各列依次为：{'、'.join(COLUMNS)}。因子填因子库的编号或名称，或直接填数值；后面几列可以不复制。追加在表后，不改已有的行。",
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
    )


class InventoryUpload(forms.Form):
    """Upload of a file of the command ``carbon_inventory``."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    upload = KeptFileField(
        label="YAML 文件",
        widget=KeptFileInput(attrs={"accept": ".yaml,.yml"}),
        help_text="格式见方法说明，最大 5 MB。文件的内容替换表中的边界和全部行；编号相同的行保留原有的出处、不确定性和数据来源",
        error_messages={"required": "请选择文件", "empty": "文件是空的，请检查后重新选择"},
    )

    earlier = forms.BooleanField(required=False)  # asked, with its label, about a file of the year before

    found: InventoryFile
    asks = False  # whether the file is of the year before, and nobody has said that it is to be read

    def ask(self, year: int) -> None:
        """Ask about a file of the year before ``year``; the file is kept for the answer."""
        self.asks = True
        words = f"文件是{year - 1}年度的，这份清单是{year}年度的。要按编号读入、逐行核对的，勾选后再上传"
        self.fields["earlier"].label = f"把{year - 1}年度文件的内容读入{year}年度清单"
        self.add_error("earlier", words)

    def clean_upload(self) -> "UploadedFile[Any]":
        """Parse the file; each fault becomes an error with its line number."""
        upload: UploadedFile[Any] = self.cleaned_data["upload"]
        if (upload.size or 0) > MAX_BYTES:
            msg = "文件超过 5 MB"
            raise forms.ValidationError(msg)
        try:
            self.found = parse(read_text(upload.read()), factors_now())
        except FaultyFileError as error:
            raise forms.ValidationError([str(fault) for fault in error.faults]) from error
        return upload


@with_columns(HEAD.part("reason").needed())
class InventoryCorrectionForm(ColumnsForm):
    """Reason for correcting a filed inventory."""
