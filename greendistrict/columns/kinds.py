"""Kinds of columns that people fill in: how a value of each looks on a page, in a form, a workbook, a GIS file and in words.

What the model field knows (label, length, digits, choices, null, help) is taken from it when the column is bound (``bound``); a column says
only what the field does not know. All of it is pure.
"""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.utils.text import Truncator

from greendistrict.columns import form_fields
from greendistrict.columns.base import MISSING, Choices, DeclaredColumn, is_nothing
from greendistrict.core.days import day_in_words
from greendistrict.core.rounding import half_up
from greendistrict.core.templatetags.gd import state_tag
from greendistrict.core.toned_words import TonedWord
from greendistrict.core.widgets import FIRST_YEAR, DayField
from greendistrict.core.workdays import term_in_words
from greendistrict.documents.list_workbook import Cell
from greendistrict.documents.workbooks import columns as books

CHOOSE = "请选择"


@dataclass(frozen=True)
class TextColumn(DeclaredColumn):
    """A text, in a form of one line or of ``rows``; ``suggestions`` is the id of a list of them on the page.

    ``most`` is the length of a text whose field has none; ``autocomplete`` says what of a person the browser may fill in. A cell of a page
    shows the first ``brief`` characters.
    """

    _: KW_ONLY
    suggestions: str = ""
    rows: int = 0
    most: int = 0
    brief: int = 0
    autocomplete: str = ""

    def cell(self, value: Any) -> str:
        """The text, or its beginning."""
        return super().cell(Truncator(value).chars(self.brief) if self.brief and value else value)

    @property
    def longest(self) -> int | None:
        """Most characters; none of a text that nobody enters."""
        return self.most or (self.field and self.field.max_length)

    def form_field(self, **other: Any) -> forms.Field:
        """One line, with suggestions where it has some, or several."""
        attributes = {"list": self.suggestions, "autocomplete": self.autocomplete}
        line = forms.TextInput(attrs={name: value for name, value in attributes.items() if value})
        widget = forms.Textarea(attrs={"rows": self.rows}) if self.rows else line
        return forms.CharField(**self.options({"max_length": self.longest, "widget": widget, **other}))

    def book_column(self) -> books.Column:
        """Text of limited length."""
        one_line = not self.rows and not isinstance(self.field, models.TextField)
        return books.Column(self.name, self.head, books.TEXT, self.width, most=self.longest or 0, needed=self.required, one_line=one_line)


@dataclass(frozen=True)
class NumberColumn(DeclaredColumn):
    """A number in ``unit``, shown with ``shown`` decimals.

    Zero is allowed unless it has to be ``positive``, less than it only where it is ``signed``; ``most`` is the largest that a form takes.
    Above ``usual``, a workbook gets a note.
    """

    unit: str = ""  # type: ignore[misc]  # each number has its own
    is_figure: ClassVar[bool] = True
    _: KW_ONLY
    shown: int = 2
    positive: bool = False
    signed: bool = False
    most: Decimal | None = None
    usual: Decimal | None = None
    css: str = "gd-num"
    empty: str = MISSING

    def words(self, value: Any) -> str:
        """All its digits, with separators of thousands."""
        return "" if value is None else f"{Decimal(value).normalize():,f}"

    def text(self, value: Any) -> str:
        """Rounded half up."""
        return "" if value is None else f"{half_up(value, self.shown):,f}".replace("-", "−")

    def cell(self, value: Any) -> str:
        """Digits need no escaping."""
        return self.text(value) or self.empty

    def fact(self, value: Any) -> str:
        """Rounded as in lists, with its unit."""
        return self.empty if value is None else f"{self.cell(value)} {self.unit}"

    def exported(self, value: Any) -> Cell:
        """The number with all its digits."""
        return self.word_for_nothing if value is None else value

    def gis_value(self, value: Any) -> Any:
        """A floating-point number, as JSON and GeoPackage have them."""
        return None if value is None else float(value)

    def initial(self, value: Any) -> Any:
        """Without trailing zeros."""
        return form_fields.plain(value)

    @property
    def least(self) -> str:
        """The smallest number that may be typed."""
        if self.signed:
            return f"-{10 ** (self.field.max_digits - self.field.decimal_places) - 1}"
        return f"{Decimal(1).scaleb(-self.field.decimal_places):f}" if self.positive else "0"

    def form_field(self, **other: Any) -> forms.Field:
        """Number with its unit."""
        maximum = None if self.most is None else f"{self.most:f}"
        options = {"digits": self.field.max_digits, "places": self.field.decimal_places, "minimum": self.least, "maximum": maximum}
        field = form_fields.figure(self.label, self.unit, help_text=self.help, **options)
        field.required = self.required
        for name, value in other.items():
            setattr(field, name, value)
        return field

    def book_column(self) -> books.Column:
        """Number within the digits of the field."""
        places, digits = self.field.decimal_places, self.field.max_digits - self.field.decimal_places
        limits = {"places": places, "digits": digits, "usual": self.usual}
        return books.Column(self.name, self.head, books.NUMBER, self.width, needed=self.required, unit=self.unit, **limits)


@dataclass(frozen=True)
class WholeColumn(DeclaredColumn):
    """A whole number in ``unit``, from ``least`` to ``most``."""

    unit: str = ""  # type: ignore[misc]  # as above
    is_figure: ClassVar[bool] = True
    _: KW_ONLY
    least: int = 0
    most: int
    css: str = "gd-num"
    empty: str = MISSING

    def words(self, value: Any) -> str:
        """With separators of thousands."""
        return "" if value is None else f"{value:,}"

    def exported(self, value: Any) -> Cell:
        """The number."""
        return self.word_for_nothing if value is None else value

    def form_field(self, **other: Any) -> forms.Field:
        """Whole number with its unit."""
        field = form_fields.whole(self.label, self.unit, minimum=self.least, maximum=self.most)
        field.help_text, field.required = self.help, self.required
        for name, value in other.items():
            setattr(field, name, value)
        return field

    def book_column(self) -> books.Column:
        """Whole number."""
        digits = len(str(self.most))
        return books.Column(self.name, self.head, books.NUMBER, self.width, needed=self.required, unit=self.unit, digits=digits, whole=True)


@dataclass(frozen=True)
class YearColumn(WholeColumn):
    """A year: a whole number without separators, which is no figure."""

    is_figure: ClassVar[bool] = False
    _: KW_ONLY
    least: int = 2000
    most: int = 2100
    css: str = "gd-nowrap"

    def words(self, value: Any) -> str:
        """Its digits."""
        return str(value or "")


@dataclass(frozen=True)
class DayColumn(DeclaredColumn):
    """A day from the year ``first`` on."""

    _: KW_ONLY
    first: int = FIRST_YEAR
    empty: str = "—"
    css: str = "gd-nowrap"

    def words(self, value: Any) -> str:
        """As 2026年11月20日."""
        return "" if value is None else day_in_words(value)

    def exported(self, value: Any) -> Cell:
        """The day."""
        return value or self.word_for_nothing

    def gis_value(self, value: Any) -> Any:
        """As 2026-11-20."""
        return value and value.isoformat()

    def form_field(self, **other: Any) -> forms.Field:
        """The browser's date picker."""
        return DayField(first=self.first, **self.options(other))

    def book_column(self) -> books.Column:
        """A day."""
        return books.Column(self.name, self.head, books.DAY, self.width, needed=self.required, first=self.first)


@dataclass(frozen=True)
class TermColumn(DayColumn):
    """The last day of a term that working days decide."""

    def words(self, value: Any) -> str:
        """As 2027年1月4日（暂定）."""
        return "" if value is None else term_in_words(value)


@dataclass(frozen=True)
class ChoiceColumn(DeclaredColumn):
    """One of the choices of the field, which may be in groups; with ``tones`` by value it is shown as a tag.

    In a form, a ``radio`` shows all choices; otherwise one is preselected where one is needed, unless it is ``asked`` for.
    """

    _: KW_ONLY
    empty: str = MISSING
    tones: Mapping[Any, str] | None = None
    radio: bool = False
    asked: bool = False

    def cell(self, value: Any) -> str:
        """Words, or a tag."""
        return state_tag(self.words(value), self.tones.get(value, "line")) if self.tones and value else super().cell(value)

    @cached_property
    def choices(self) -> dict[str, str]:
        """Words by stored value."""
        return {str(value): str(words) for value, words in self.field.flatchoices}

    def words(self, value: Any) -> str:
        """The words of the choice; of a value that is none any more, itself."""
        return "" if is_nothing(value) else self.choices.get(str(value), str(value))

    def form_field(self, **other: Any) -> forms.Field:
        """A list to choose from, with an empty choice where the field may be empty; a default is chosen."""
        required = bool(other.get("required", self.required or not self.field.blank))
        nothing = [("", CHOOSE if required else self.empty)] if (self.field.blank and not (required and self.radio)) or self.asked else []
        options = {"choices": [*nothing, *self.field.choices], "widget": forms.RadioSelect if self.radio else forms.Select}
        if self.field.has_default():
            options["initial"] = self.field.default
        stored = {"coerce": self.field.to_python, "empty_value": None if self.field.null else ""}
        return forms.TypedChoiceField(**self.options({**stored, **options, **other, "required": required}))

    def filter_field(self, choices: Choices | None = None, **other: Any) -> forms.Field:
        """A list of its choices, or of those that are given."""
        return super().filter_field(self.choices.items() if choices is None else choices, **other)

    @property
    def api_help(self) -> str:
        """The values with their words; no enumeration in the schema, where equal sets of values under several names would collide."""
        values = "、".join(f"{value}（{words}）" if value != words else value for value, words in self.choices.items())
        return f"{super().api_help}：{values}" + (f"，空为{self.empty}" if self.field.blank else "")

    def book_column(self) -> books.Column:
        """The words of the choice."""
        return books.Column(self.name, self.head, books.CHOICE, self.width, needed=self.required, choices=self.choices)


@dataclass(frozen=True)
class FlagColumn(DeclaredColumn):
    """Yes or no, or unknown where the field may be null.

    ``pair`` are the words of yes and no, ``tags`` their tags where they are shown so; a ``tick`` is a check box in a form.
    """

    _: KW_ONLY
    width: int = 8
    empty: str = "—"
    pair: tuple[str, str] = books.YES_NO
    tags: tuple[TonedWord, TonedWord] | None = None
    tick: bool = False

    def words(self, value: Any) -> str:
        """是 or 否."""
        return "" if value is None else self.pair[not value]

    def cell(self, value: Any) -> str:
        """Words, or the tag."""
        return state_tag(self.tags[not value]) if self.tags and value is not None else super().cell(value)

    def initial(self, value: Any) -> Any:
        """As the choices of the form field."""
        return value if self.tick else form_fields.yes_no_initial(value)

    def form_field(self, **other: Any) -> forms.Field:
        """是 or 否, and 未填 where it may be unknown, or a check box."""
        if self.tick:
            return forms.BooleanField(**self.options({"required": False, **other}))
        choices, of_field = list(zip(("true", "false"), self.pair, strict=True)), self.field
        own: dict[str, Any] = {"choices": choices, "initial": form_fields.yes_no_initial(of_field.default), "required": True}
        if of_field.null:
            own = {"choices": [("", MISSING), *choices], "empty_value": None, "required": False}
        return forms.TypedChoiceField(**self.options({"coerce": form_fields.is_yes, **own, **other}))

    def book_column(self) -> books.Column:
        """是 or 否."""
        return books.Column(self.name, self.head, books.FLAG, self.width, needed=self.required, flags=self.pair)


@dataclass(frozen=True)
class NamesColumn(DeclaredColumn):
    """Several names: of a list of texts, or of related rows ``by`` one of their fields.

    ``most`` characters may be typed, ``longest`` is one name in the API.
    """

    _: KW_ONLY
    most: int
    longest: int
    by: str = ""

    def of(self, row: Any) -> Any:
        """The names, of related rows in order."""
        return self._names(super().of(row))

    def _names(self, value: Any) -> Any:
        return sorted(getattr(one, self.by) for one in value.all()) if hasattr(value, "all") else list(value or ())

    def words(self, value: Any) -> str:
        """Names with 、 between them."""
        return "、".join(self._names(value))

    def initial(self, value: Any) -> Any:
        """As they are typed."""
        return self.words(value)

    def form_field(self, **other: Any) -> forms.Field:
        """One line of names."""
        return form_fields.NamesField(**self.options({"max_length": self.most, **other}))

    def book_column(self) -> books.Column:
        """Names in one cell."""
        return books.Column(self.name, self.head, books.NAMES, self.width, most=self.most)


@dataclass(frozen=True)
class RelatedColumn(DeclaredColumn):
    """A row of another model, or several; the form says which may be chosen (``queryset``). ``empty`` stands for none."""

    _: KW_ONLY
    empty: str = CHOOSE

    def form_field(self, **other: Any) -> forms.Field:
        """A list to choose from, or check boxes."""
        none = self.field.related_model._default_manager.none()
        if self.field.many_to_many:
            return forms.ModelMultipleChoiceField(none, **self.options({"widget": forms.CheckboxSelectMultiple, **other}))
        return forms.ModelChoiceField(none, **self.options({"empty_label": self.empty, **other}))

    def initial(self, value: Any) -> Any:
        """The row, or a list of them."""
        return list(value.all()) if self.field.many_to_many else value


def plain(field: Any) -> DeclaredColumn:
    """The column of a field that says nothing more: a choice, a related row, a day, yes or no, else a text."""
    if field.choices or field.is_relation:
        return ChoiceColumn() if field.choices else RelatedColumn()
    kinds: Mapping[type[Any], type[DeclaredColumn]] = {models.DateField: DayColumn, models.BooleanField: FlagColumn}
    return kinds.get(type(field), TextColumn)()
