import gzip
import json
import re
from pathlib import Path

import pytest

from scripts import vendor_assets

ROOT = vendor_assets.ROOT
BUDGET = 100 * 1024


def test_lock_names_no_registry_and_keeps_digests():
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = [package for name, package in lock["packages"].items() if name]
    assert packages
    assert not any("resolved" in package for package in packages)
    assert all(package["integrity"].startswith("sha512-") for package in packages)


def test_addresses_are_stripped_and_nothing_else():
    before = {"packages": {"": {}, "node_modules/x": {"version": "1", "resolved": "address", "integrity": "sha512-x"}}}
    after = json.loads(vendor_assets.without_addresses(json.dumps(before)))
    assert after["packages"]["node_modules/x"] == {"version": "1", "integrity": "sha512-x"}


def test_nothing_is_fetched_where_the_locked_versions_are_installed(monkeypatch, tmp_path):
    packages = {
        "": {},
        "node_modules/a": {"version": "1"},
        "node_modules/t": {"version": "2", "dev": True},
        "node_modules/o": {"optional": True},
    }
    monkeypatch.setattr(vendor_assets, "ROOT", tmp_path)
    monkeypatch.setattr(vendor_assets, "LOCK", tmp_path / "package-lock.json")
    vendor_assets.LOCK.write_text(json.dumps({"packages": packages}), encoding="utf-8")
    about = tmp_path / "node_modules" / "a" / "package.json"
    about.parent.mkdir(parents=True)
    about.write_text('{"version": "0"}', encoding="utf-8")
    assert not vendor_assets.is_installed(tools=False)
    about.write_text('{"version": "1"}', encoding="utf-8")
    assert vendor_assets.is_installed(tools=False)
    assert not vendor_assets.is_installed(tools=True)


def test_data_images_and_source_maps_are_taken_out():
    text = "a{background:url(\"data:image/svg+xml,%3csvg fill='x'/%3e\")}b{color:red}/*# sourceMappingURL=x.map */"
    assert vendor_assets.cleaned(text) == b"a{background:none}b{color:red}\n"


def test_copies_are_the_reviewed_ones():
    assert vendor_assets.is_current()


def test_a_changed_library_is_refused(monkeypatch, tmp_path):
    module = tmp_path / "node_modules" / "x.js"
    module.parent.mkdir()
    module.write_text("changed", encoding="utf-8")
    monkeypatch.setattr(vendor_assets, "ROOT", tmp_path)
    monkeypatch.setattr(vendor_assets, "VENDOR", tmp_path / "vendor")
    monkeypatch.setattr(vendor_assets, "FILES", {"x.js": "0" * 64})
    with pytest.raises(SystemExit, match="not the file that was reviewed"):
        vendor_assets.copy_files()
    assert list((tmp_path / "vendor").iterdir()) == []


def test_first_visit_stays_in_budget():
    from django.contrib.staticfiles import finders

    names = (
        "vendor/bootstrap.min.css", "css/tokens.css", "css/portal.css", "img/icons.svg", "img/favicon.svg",
        "vendor/bootstrap.bundle.min.js", "django_htmx/htmx-2.min.js", "js/shell.js",
    )  # fmt: skip
    total = sum(len(gzip.compress(Path(finders.find(name)).read_bytes())) for name in names)
    assert total < BUDGET * 0.9  # the rest is the page


@pytest.mark.parametrize("sheet", ["css/tokens.css", "css/portal.css"])
def test_styles_load_nothing_from_outside(sheet):
    text = (ROOT / "static" / sheet).read_text(encoding="utf-8")
    assert not re.search(r"https?:|@import|url\(\"?data:", text)


def test_every_icon_used_is_in_the_sprite():
    sprite = (ROOT / "static/img/icons.svg").read_text(encoding="utf-8")
    known = set(re.findall(r'symbol id="([\w-]+)"', sprite))
    used = {
        name
        for page in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r'\{% icon "([\w-]+)"', page.read_text(encoding="utf-8"))
    }
    assert used - known == set()
