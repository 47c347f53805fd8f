"""Forms of guided entry: data of the edition, data of a chapter, clauses of a chapter, handing over."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise, product
from typing import Any, ClassVar

from django import forms

from greendistrict.core.widgets import DayField
from greendistrict.documents.workbooks.csv_lines import ENDINGS as CSV_ENDINGS
from greendistrict.documents.workbooks.other_formats import ACCEPT
from greendistrict.documents.workbooks.pasted import PastedField
from indicators.catalogue.problems import DECIMALS, KEY_LENGTH
from indicators.editions.forms import EditionUpload
from indicators.editions.models import Edition
from indicators.editions.workbook.encode import CHAPTER_KINDS, CHAPTERS, COLUMNS, DIMENSIONS, ITEM_KINDS, METHODS, PARTS
from indicators.entry.models import DraftChapter
from indicators.entry.rows import COLUMNS as ROW_COLUMNS
from indicators.entry.rows import LABELS, Fill
from indicators.entry.services import KEY

MOST_CLAUSES = 500
OF_CHAPTER = {column.field: column for column in COLUMNS[CHAPTERS]}
OPTIONS = {
    "shorten": "条件超过60字的，条件只存开头，全文放进核算方法",
    "only": "表里没有的条文从本章删去（不勾选的保留）",
}


def _number(value: Decimal | None) -> float | None:
    """A decimal as the number of an edition's document."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _points(label: str, *, least: int = 0, most: int = 1_000_000, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, min_value=least, max_value=most, decimal_places=DECIMALS, widget=forms.TextInput, **more
    )


def _explained(form: forms.Form, words: Mapping[str, str]) -> None:
    for name, text in words.items():
        form.fields[name].help_text = text


class VersionedForm(forms.Form):
    """A form that names the version it was filled in from."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class FrameForm(VersionedForm):
    """What stands on the cover and in the general part of a standard; the fields of star lines follow its levels."""

    HELP: ClassVar = {
        "code": "如 DG/TJ 08-2253-2024", "official": "真实城区只按官方标准评分", "replaces": "被代替的标准的编号",
        "sources": "正式文本或者批准公告的名称、文号", "bonus_cap": "加分最多计多少分；标准没有加分的填0",
    }  # fmt: skip

    code = forms.CharField(label=PARTS["code"], max_length=KEY_LENGTH)
    title = forms.CharField(label=PARTS["title"], max_length=200)
    official = forms.ChoiceField(label=PARTS["official"], choices=[("yes", "是"), ("no", "否，是参考版")])
    in_force = DayField(label=PARTS["in_force"], required=False)
    replaces = forms.CharField(label=PARTS["replaces"], max_length=KEY_LENGTH, required=False)
    based_on = forms.CharField(label=PARTS["based_on"], max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    sources = forms.CharField(label=PARTS["sources"], max_length=300, required=False)
    url = forms.URLField(label="来源的网址", max_length=500, required=False, assume_scheme="https")
    method = forms.ChoiceField(label=PARTS["method"], choices=[(key, f"各章得分{word}") for key, word in METHODS.items()])
    bonus_cap = _points(PARTS["bonus_cap"])

    def __init__(self, data: Any = None, *, frame: Mapping[str, Any], version: int) -> None:
        head, total = frame["edition"], frame["total"]
        sources = head["sources"] or [{"cite": "", "url": ""}]
        initial = {
            **{name: head[name] for name in ("code", "title", "in_force", "replaces", "based_on")},
            "official": "yes" if head["official"] else "no", "sources": sources[0]["cite"], "url": sources[0]["url"],
            "method": total["method"], "bonus_cap": total["bonus_cap"], "version": version,
        }  # fmt: skip
        super().__init__(data, initial=initial)
        self._frame = frame
        _explained(self, self.HELP)
        for at, level in enumerate(frame["levels"]):
            self.fields[f"level_{at}"] = _points(f"{level['label']}门槛", initial=level["min"], help_text="总分不低于")

    def clean(self) -> dict[str, Any]:
        """Require star lines that rise."""
        given: dict[str, Any] = super().clean() or {}
        lines = [given.get(f"level_{at}") for at in range(len(self._frame["levels"]))]
        for at, (low, high) in enumerate(pairwise(lines), start=1):
            if low is not None and high is not None and high <= low:
                self.add_error(f"level_{at}", "应高于前一星级")
        if given.get("url") and not given.get("sources"):
            self.add_error("sources", "有网址的请写明来源")
        return given

    def frame(self) -> dict[str, Any]:
        """The frame in the normal form of an edition; sources beyond the first stay."""
        given, before = self.cleaned_data, self._frame
        first = [{"cite": given["sources"], "url": given["url"] or None}] if given["sources"] else []
        day: dt.date | None = given["in_force"]
        head = {
            **{name: given[name] for name in ("code", "title", "based_on")},
            "official": given["official"] == "yes", "in_force": day.isoformat() if day else None, "replaces": given["replaces"] or None,
            "sources": [*first, *before["edition"]["sources"][1:]],
        }  # fmt: skip
        levels = [{**level, "min": _number(given[f"level_{at}"])} for at, level in enumerate(before["levels"])]
        total = {"method": given["method"], "bonus_cap": _number(given["bonus_cap"])}
        return {**before, "edition": head, "levels": levels, "total": total}


class ChapterForm(VersionedForm):
    """What the book's own table says of a chapter, its weight in each table included."""

    HELP: ClassVar = {
        "no": "原书的章号，如 5", "expected": "原书本章的条数，控制项也算", "full": "原书本章各条分值之和",
        "min": "任何星级本章都须达到的得分；没有规定的不填",
    }  # fmt: skip

    no = forms.CharField(label=OF_CHAPTER["no"].label, max_length=KEY_LENGTH - len(KEY))
    title = forms.CharField(label=OF_CHAPTER["title"].label, max_length=100)
    kind = forms.ChoiceField(label=OF_CHAPTER["kind"].label, choices=list(CHAPTER_KINDS.items()))
    dimension = forms.ChoiceField(
        label=OF_CHAPTER["dimension"].label, required=False, choices=[("", "不对应五个方面"), *DIMENSIONS.items()]
    )
    expected = DraftChapter._meta.get_field("expected").formfield(
        required=True, min_value=1, max_value=MOST_CLAUSES, widget=forms.TextInput
    )
    full = _points(OF_CHAPTER["full"].label)
    min = _points(OF_CHAPTER["min"].label, most=100)

    def __init__(self, data: Any = None, *, frame: Mapping[str, Any], chapter: DraftChapter | None) -> None:
        facts: Mapping[str, Any] = chapter.facts if chapter else {"full": 100}
        initial = {name: facts.get(name) for name in ("no", "title", "kind", "dimension", "full", "min")}
        initial |= {"expected": chapter.expected if chapter else None, "version": chapter.version if chapter else 0}
        super().__init__(data, initial=initial)
        self._frame, weight = frame, facts.get("weight") or {}
        _explained(self, self.HELP)
        for kind, stage in self._tables():
            share = (weight.get(kind["key"]) or {}).get(stage["key"])
            label = f"权重：{kind['label']}{stage['label']}"
            self.fields[self._name(kind, stage)] = _points(label, most=1, initial=share, help_text="0至1，如 0.15；加分章不填")

    def _tables(self) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
        return list(product(self._frame["types"], self._frame["stages"]))

    @staticmethod
    def _name(kind: Mapping[str, Any], stage: Mapping[str, Any]) -> str:
        return f"weight-{kind['key']}-{stage['key']}"

    def clean(self) -> dict[str, Any]:
        """Require full marks above 0, and no weight of a bonus chapter."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("full") == 0:
            self.add_error("full", "应大于0")
        for kind, stage in self._tables():
            if given.get("kind") == "bonus" and given.get(self._name(kind, stage)):
                self.add_error(self._name(kind, stage), "加分章不参与加权")
        return given

    def facts(self) -> dict[str, Any]:
        """The chapter in the normal form of an edition, without key and clauses."""
        given = self.cleaned_data
        weight: dict[str, dict[str, float | None]] = {}
        for kind, stage in self._tables():
            share = 0 if given["kind"] == "bonus" else _number(given[self._name(kind, stage)])
            weight.setdefault(kind["key"], {})[stage["key"]] = share
        facts: dict[str, Any] = {name: given[name] for name in ("no", "title", "kind")}
        points = {"full": _number(given["full"]), "min": _number(given["min"])}
        return {**facts, "dimension": given["dimension"] or None, **points, "weight": weight}


class ClausesForm(VersionedForm):
    """Clauses of a chapter: cells copied from a table, or a workbook; and what holds for those that say nothing of it."""

    pasted = PastedField()
    workbook = forms.FileField(
        label="或选择工作簿",
        required=False,
        widget=forms.FileInput(attrs={"accept": f"{ACCEPT},{','.join(CSV_ENDINGS)}"}),
        help_text="从本页下载的本章工作簿，或者自己的表格（xlsx、xls、et、CSV），最大 5 MB",
        error_messages={"empty": "文件是空的，请检查后重新选择"},
    )
    evidence = forms.CharField(label=LABELS["evidence"], required=False, max_length=500)
    source_department = forms.CharField(label=LABELS["source_department"], required=False, max_length=100)
    method = forms.CharField(label=LABELS["method"], required=False, max_length=500)
    options = forms.MultipleChoiceField(label="另外", required=False, choices=list(OPTIONS.items()), widget=forms.CheckboxSelectMultiple)
    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pasted"].label = "从 Excel、WPS 表格里复制后粘贴"
        self.fields["pasted"].help_text = "连同表头一起复制；从 PDF 或 Word 复制的，先粘到表格里分好列"
        self.fields["pasted"].widget.attrs["rows"] = 8
        self.fields["evidence"].help_text = "几种用分号隔开"

    def clean(self) -> dict[str, Any]:
        """Require one of cells and a workbook; what is chosen now goes before the file of the preview."""
        given: dict[str, Any] = super().clean() or {}
        text, file = (given.get("pasted") or "").strip(), given.get("workbook")
        file = file or (not text and given.get("kept"))
        if not self.errors and bool(text) == bool(file):
            self.add_error("pasted", "文件和粘贴的内容只能选一种" if text else "请粘贴表格，或选择工作簿")
        return given

    def fill(self) -> Fill:
        """What clauses get where the table says nothing."""
        given = self.cleaned_data
        evidence = [part.strip() for part in given["evidence"].replace("；", ";").split(";") if part.strip()]
        texts = {"evidence": evidence, "source_department": given["source_department"], "method": given["method"]}
        return Fill(texts, **{name: name in given["options"] for name in OPTIONS})


class ClauseForm(VersionedForm):
    """One clause, in the fields of a row of the table."""

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial=dict(initial))
        for column in ROW_COLUMNS:
            area = column.field in {"requirement", "rule", "evidence", "method"}
            widget = forms.Textarea(attrs={"rows": 2}) if area else forms.TextInput()
            self.fields[column.field] = forms.CharField(
                label=column.label, required=column.field in {"id", "title"}, max_length=2000, widget=widget
            )
        kinds = [("", "请选择"), *((label, label) for label in ITEM_KINDS.values())]
        self.fields["kind"] = forms.ChoiceField(label=LABELS["kind"], choices=kinds)
        _explained(self, {"evidence": "几种用分号隔开", "rule": "写法见章页的“表头和计分的写法”；可以以后再补", "points": "控制项不填"})

    def cells(self) -> dict[str, str]:
        """Texts of the row by field."""
        return {name: self.cleaned_data[name] for name in LABELS}


class EntryHandOverForm(EditionUpload):
    """Whether an edition with the same code is replaced, as an upload asks it."""

    file = None  # type: ignore[assignment]


class ReferenceForm(forms.Form):
    """The edition to compare a chapter with."""

    against = forms.ModelChoiceField(label="与哪份标准比较", queryset=Edition.objects.none(), empty_label="请选择", required=False)

    def __init__(self, data: Any, *, editions: Any) -> None:
        super().__init__(data)
        self.fields["against"].queryset = editions  # type: ignore[attr-defined]
