"""An address is Django's, below the prefix that holds when it is asked for."""

from django import urls

from greendistrict.core.addresses import _address, reverse


def test_it_is_djangos_and_worked_out_once(monkeypatch):
    _address.cache_clear()
    for name, args in (("assessments:stage_list", ()), ("assessments:stage", [7]), ("assessments:stage", [8])):
        assert reverse(name, args) == urls.reverse(name, args=args)
    monkeypatch.delattr(urls, "reverse")
    assert reverse("assessments:stage", args=[7]) == "/assessments/stages/7/"


def test_a_prefix_is_kept_apart():
    plain = reverse("assessments:stage", [7])
    urls.set_script_prefix("/portal/")
    try:
        assert reverse("assessments:stage", [7]) == f"/portal{plain}" == urls.reverse("assessments:stage", args=[7])
    finally:
        urls.set_script_prefix("/")
    assert reverse("assessments:stage", [7]) == plain
