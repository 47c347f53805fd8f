"""Heads of the workbooks that come back, as a released version exports them."""

import json
import sys

from django.urls import get_resolver

from assessments.experts.pool import pool_list
from greendistrict.core.release import version
from greendistrict.documents.workbooks.book import Book
from tests.upgrade.portal import FOLDER


def heads():
    """Heads of the columns of every such workbook, by its format."""
    assert get_resolver().url_patterns, "loads all pages"
    apps = {"assessments", "carbon", "districts", "portal"}
    modules = [module for name, module in [*sys.modules.items()] if name.partition(".")[0] in apps]
    found = [one for module in modules for one in vars(module).values() if isinstance(one, Book)]
    return {book.format: [column.label for column in book.columns] for book in (*found, pool_list({}))}


def keep():
    """Keep those of this version."""
    told = json.dumps(dict(sorted(heads().items())), ensure_ascii=False, indent=1)
    (FOLDER / f"{version()}.heads.json").write_text(f"{told}\n", encoding="utf-8")
