"""What a column of any kind knows: its model field, and how a value looks on a page, in words, in a workbook and a GIS file."""

from collections.abc import Callable, Iterable
from dataclasses import KW_ONLY, dataclass, replace
from html import escape
from typing import Any, ClassVar, Self, get_args, get_type_hints
from unicodedata import normalize

from django import forms
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db.models import Case, F, Q, When

from greendistrict.documents.list_workbook import Cell
from greendistrict.documents.workbooks import columns as books

NOTHING = (None, "")
MISSING = "未填"
DASHES = ("", "—")
ALL = "全部"
OBJECT = "object"  # source of a row: what it was made from
Choices = Callable[[], Iterable[Any]] | Iterable[Any]  # pairs of value and words
UNITS = {"公顷": "ha", "%": "pct"}  # as names of fields in files for programs, where others would be misread


@dataclass(frozen=True)
class DeclaredColumn:
    """One column, bound to a model field of its name, or of the path ``source`` (``case__district__name``).

    ``width`` is that of a workbook in characters, ``empty`` stands where a person reads and there is no value, ``css`` is the class of its
    cells on pages, ``example`` a value as the API gives it. ``label`` is given where that of the field does not fit, or there is no field.
    Further sources of a list: ``withheld`` is true where the value is not disclosed, ``guess`` where it is inferred; ``nothing`` is what
    stands for no value in this row. ``link`` is the route of the page that a cell leads to (with #, a place on it), and the source of its
    key.
    """

    _: KW_ONLY
    width: int = 12
    empty: str = ""
    css: str = ""
    example: Any = None
    name: str = ""
    source: str = ""
    withheld: str = ""
    guess: str = ""
    nothing: str = ""
    link: tuple[str, str] | None = None
    label: str = ""
    help: str = ""
    required: bool = False
    field: Any = None

    unit: ClassVar[str] = ""
    is_figure: ClassVar[bool] = False
    alike: ClassVar[bool] = True  # whether equal values look alike

    def bound(self, name: str, owner: type[Any]) -> Self:
        """The column of rows of a model, or of records with objects of models. Raises ``FieldDoesNotExist`` without field and label."""
        source = self.source or name
        field = field_of(owner, source)
        if field is None:
            if not self.label:
                msg = f"{owner.__name__} has no field {source}"
                raise FieldDoesNotExist(msg)
            return replace(self, name=name, source=source)
        required = not (field.blank or field.null or field.has_default())
        label, help_text = self.label or str(field.verbose_name), self.help or str(field.help_text)
        return replace(self, name=name, source=source, label=label, help=help_text, required=required, field=field)

    @property
    def sources(self) -> tuple[str, ...]:
        """What a list reads of a row for it."""
        return tuple(filter(None, (self.source, self.withheld, self.guess, self.nothing, self.link and self.link[1])))

    def key(self, path: str = "") -> Any:
        """What rows are sorted, filtered and summed up by: its value in the database, or that of ``path``; none where it is withheld."""
        value = F(path or self.source)
        return Case(When(**{self.withheld: True}, then=None), default=value) if self.withheld else value

    def of(self, row: Any) -> Any:
        """Value of a stored row; none where an object on its path is missing."""
        return value_at(row, self.source)

    @property
    def head(self) -> str:
        """Label with the unit, as over a column of a page or workbook; 参加人数 needs none."""
        return f"{self.label} {self.unit}" if self.unit and self.unit not in self.label else self.label

    @property
    def paper_head(self) -> str:
        """Label with the unit, as over a column of a paper."""
        return f"{self.label}（{self.unit}）" if self.unit and self.unit not in self.label else self.label

    @property
    def gis_name(self) -> str:
        """Label with the unit in ASCII, as the name of a field in a GIS file."""
        return f"{self.label}_{UNITS.get(self.unit) or normalize('NFKC', self.unit)}" if self.unit else self.label

    def words(self, value: Any) -> str:
        """A value as plain text without unit; empty for none."""
        return "" if value in NOTHING else str(value)

    def text(self, value: Any) -> str:
        """A value as in a list: in words, figures rounded and without unit; empty for none."""
        return self.words(value)

    def full_words(self, value: Any) -> str:
        """A value as plain text with its unit."""
        words = self.words(value)
        return f"{words} {self.unit}" if words and self.unit else words

    def cell(self, value: Any) -> str:
        """Mark-up of a value in a cell of a page."""
        return escape(self.text(value) or self.empty)

    def fact(self, value: Any) -> str:
        """A value beside its label on a page: in words with the unit, or what stands for none."""
        return self.full_words(value) or self.empty or MISSING

    def exported(self, value: Any) -> Cell:
        """A value in a workbook of a list: in words, or what stands for none unless it is a dash."""
        return self.text(value) or self.word_for_nothing

    @property
    def word_for_nothing(self) -> str | None:
        """What stands for no value in a workbook."""
        return in_book(self.empty)

    def gis_value(self, value: Any) -> Any:
        """A value as of a GIS file."""
        return value

    def initial(self, value: Any) -> Any:
        """A stored value as the initial value of the form field."""
        return value

    def form_field(self, **other: Any) -> forms.Field:
        """Field of a form; ``other`` replaces its options."""
        raise NotImplementedError

    def filter_field(self, choices: Choices | None = None, **other: Any) -> forms.Field:
        """Field of the filter of a list: of ``choices``, 全部 first, or as in a form."""
        if choices is None:
            return self.form_field(**{"required": False, "help_text": "", **other})
        return forms.ChoiceField(**{"label": self.label, "choices": offered(choices), "required": False, **other})

    def meeting(self, value: Any) -> Q:
        """Condition of the rows with this value; those that withhold it do not meet it."""
        found = Q(**{self.source: value})
        return found & Q(**{self.withheld: False}) if self.withheld else found

    def options(self, other: dict[str, Any]) -> dict[str, Any]:
        """Options that every form field has, replaced by ``other``."""
        return {"label": self.label, "help_text": self.help, "required": self.required, **other}

    @property
    def api_help(self) -> str:
        """Description in the schema: label, unit, help."""
        return "；".join(part for part in ("，".join(part for part in (self.label, self.unit) if part), self.help) if part)

    def book_column(self) -> books.Column:
        """Column of a workbook that comes back."""
        raise NotImplementedError


def offered(choices: Choices, nothing: str | None = ALL) -> Callable[[], list[Any]]:
    """Choices of a filter, ``nothing`` first unless one is always chosen; a function, which forms do not copy."""
    first = [] if nothing is None else [("", nothing)]
    return lambda: [*first, *(choices() if callable(choices) else choices)]


def in_book(word: str) -> str | None:
    """What stands for no value on a page, as in a workbook: a dash is an empty cell."""
    return None if word in DASHES else word


def is_nothing(value: Any) -> bool:
    """Whether a row has no value; zero is one."""
    return value is None or (not value and isinstance(value, str | list | tuple))


def value_at(row: Any, path: str) -> Any:
    """Value at the end of a path from a row; none where an object on it is missing."""
    for name in path.split("__"):
        try:
            row = getattr(row, name)
        except ObjectDoesNotExist:
            return None
        if row is None:
            return None
    return row


def field_of(owner: type[Any], path: str) -> Any:
    """Model field at the end of a path from a model, or from a record that is annotated with models; ``None`` without one."""
    name, _, rest = path.partition("__")
    if not hasattr(owner, "_meta"):
        hint = get_type_hints(owner).get(name)
        models = [one for one in (get_args(hint) or (hint,)) if hasattr(one, "_meta")]
        return field_of(models[0], rest) if models and rest else None
    try:
        field: Any = owner._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    if not rest:
        return field if hasattr(field, "verbose_name") else None
    return field_of(field.related_model, rest) if field.related_model else None
