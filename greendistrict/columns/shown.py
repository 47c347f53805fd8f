"""Kinds of columns that are read only: states, moments, days left, and what a function finds in a row."""

import datetime as dt
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, replace
from html import escape
from typing import Any, ClassVar, Self

from django import forms

from greendistrict.columns.base import OBJECT, Choices, DeclaredColumn
from greendistrict.core.templatetags.gd import cn_date, cn_datetime, due_tag, state_tag
from greendistrict.core.toned_words import TonedWord
from greendistrict.documents.list_workbook import Cell, day_of


@dataclass(frozen=True)
class StateColumn(DeclaredColumn):
    """A state with its word and tone: what ``states`` gives for the value (``MACHINE.state``), or the value itself.

    A list is filtered by the ``choices`` of states (``MACHINE.choices``).
    """

    states: Callable[[Any], Any] = lambda value: value
    choices: Choices = ()
    alike: ClassVar[bool] = False  # words of two enumerations may be equal, their tones are not
    _: KW_ONLY
    css: str = "gd-nowrap gd-state"

    def words(self, value: Any) -> str:
        """The word of the state."""
        return _word(self.states(value)) if value else ""

    def cell(self, value: Any) -> str:
        """Its tag."""
        return state_tag(self.states(value)) if value else escape(self.empty)

    def filter_field(self, choices: Choices | None = None, **other: Any) -> forms.Field:
        """A list of its states, or of the choices that are given."""
        return super().filter_field(self.choices if choices is None else choices, **other)


@dataclass(frozen=True)
class MomentColumn(DeclaredColumn):
    """A moment, shown with its time unless ``by_day``; in a workbook, its day."""

    _: KW_ONLY
    by_day: bool = False
    empty: str = "—"
    css: str = "gd-nowrap"

    def words(self, value: Any) -> str:
        """As 2026年11月20日14:05."""
        return cn_date(value) if self.by_day else cn_datetime(value)

    def exported(self, value: Any) -> Cell:
        """The day."""
        return day_of(value) or self.word_for_nothing


@dataclass(frozen=True)
class PersonColumn(DeclaredColumn):
    """Who acted (``ActorField``), with whom they stood in for."""

    _: KW_ONLY
    empty: str = "—"

    def bound(self, name: str, owner: type[Any]) -> Self:
        """The column under the label of the field, which reads the names beside it."""
        column = super().bound(name, owner)
        return replace(column, source=f"{column.source}_named")


@dataclass(frozen=True)
class LeftColumn(DeclaredColumn):
    """Working days left, less than none if overdue; shown as their tag."""

    _: KW_ONLY
    css: str = "gd-nowrap"

    def cell(self, value: Any) -> str:
        """Its tag."""
        return due_tag(value)

    def exported(self, value: Any) -> Cell:
        """The number."""
        return None if value is None else int(value)


@dataclass(frozen=True)
class ComputedColumn(DeclaredColumn):
    """What a function finds in a row and on the day of the reader: tags, a tag or a text. It is read only.

    ``needs`` are the sources of the row that the function reads; without any, it is given the object that the row was made from.
    """

    title: str
    read: Callable[[Any, dt.date], Any]
    needs: tuple[str, ...] = ()
    alike: ClassVar[bool] = False  # as above
    _: KW_ONLY
    css: str = "gd-nowrap"

    def bound(self, name: str, owner: type[Any]) -> Self:  # noqa: ARG002 -- it reads what it needs
        """The column under its title."""
        return replace(self, name=name, label=self.title)

    @property
    def sources(self) -> tuple[str, ...]:
        """What the function needs."""
        return (*(self.needs or (OBJECT,)), *super().sources)

    def words(self, value: Any) -> str:
        """The words of all tags."""
        return value if isinstance(value, str) else "，".join(map(_word, value))

    def cell(self, value: Any) -> str:
        """The tags beside each other."""
        if isinstance(value, str) and not isinstance(value, TonedWord):
            return escape(value or self.empty)
        return " ".join(state_tag(tag) for tag in ((value,) if isinstance(value, str) else value))


@dataclass(frozen=True)
class DaysLeftColumn(LeftColumn, ComputedColumn):
    """Working days left, which a function finds."""


def _word(state: Any) -> str:
    return str(getattr(state, "label", state))
