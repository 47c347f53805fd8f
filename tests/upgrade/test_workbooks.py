"""Workbooks that were exported by a released version: still read, or called old."""

import json

import pytest

from tests.upgrade.heads import heads
from tests.upgrade.portal import FOLDER

KEPT = sorted(FOLDER.glob("*.heads.json"))


@pytest.mark.parametrize("kept", KEPT, ids=lambda path: path.name)
def test_a_workbook_of_a_release_is_read_unless_its_format_says_that_it_is_old(kept):
    now = heads()
    newest = {key: int(version) for key, _, version in (form.rpartition("/") for form in now)}
    for form, told in json.loads(kept.read_text(encoding="utf-8")).items():
        key, _, version = form.rpartition("/")
        assert newest[key] >= int(version)
        kept = now.get(form, told)
        assert (set(told) <= set(kept), told[0]) == (True, kept[0]), f"{form}: keep the heads, or raise the version of the book"


def test_every_release_has_its_heads():
    released = {path.name.removesuffix(".tar.xz") for path in FOLDER.glob("*.tar.xz")}
    assert {path.name.removesuffix(".heads.json") for path in KEPT} == released
