"""Every link that every seat of the demo can see."""

import json

import pytest

from scripts import crawl

pytestmark = pytest.mark.slow


def test_no_link_of_any_seat_leads_to_an_error(demo):
    rows = json.loads((demo.folder / "demo-accounts.json").read_text(encoding="utf-8"))
    assert crawl.crawl_all(f"{demo.url}/", rows) == []
    assert demo.complaints() == ""
