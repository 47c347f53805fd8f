"""Description of a ledger section: labels, model, form, columns, fields copied to the next year, and rules about missing records."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from greendistrict.columns.declared import Columns
from operation.common.forms import EntryForm
from operation.common.models import LedgerEntry


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
