"""Land market: granted plots are compared with those of their district, whose people mend them; nothing is written."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from django.urls import reverse

from districts.plot_changes import proposals
from districts.plot_changes.proposals import PlotPart
from districts.plot_changes.services import plots_to_change, record_change
from districts.plots.models import Plot
from portal.adapters.models import ExchangeItem
from portal.adapters.services import exchange
from tests.factories.accounts import cast, make_user
from tests.factories.approvals import pdf
from tests.factories.districts import PlotFactory, make_district

pytestmark = pytest.mark.django_db
GRANTED = {"acquisition": "出让", "acquired_on": "2026-03-01", "area_ha": "2.5"}


def put(folder, name, *items):
    told = [{"key": f"{name}-{at}", **GRANTED, **item} for at, item in enumerate(items)]
    (folder / "plots" / "in" / f"{name}.json").write_text(json.dumps({"items": told}, ensure_ascii=False), encoding="utf-8")


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def district(people):
    return make_district(applicant=people.preparer.posts.get().organisation)


def test_differences_lead_to_the_plot_and_go_when_it_is_mended(client, folder, people, district):
    bare = {"land_use": "", "owner": "", "floor_area": None}
    alike = PlotFactory(district=district, number="A-01", area_ha="2.5", acquisition="grant", acquired_on=dt.date(2026, 3, 1), **bare)
    other = PlotFactory(district=district, number="A-02", area_ha="2.4", acquisition="grant", acquired_on=None, **bare)
    before = list(Plot.objects.order_by("pk").values())
    put(folder, "a", *({"district": district.code, "number": number} for number in ("a-01", "A-02", "A-03")))
    assert exchange("plots")[0].items == 3
    assert list(Plot.objects.order_by("pk").values()) == before, "only compared"
    client.force_login(people.preparer)
    address = reverse("portal:granted_plots", args=[district.code])
    assert address in client.get(reverse("portal:workdesk")).content.decode()
    page = client.get(address)
    rows = {row.number: [tuple(cell) for cell in row.cells] for row in page.context["differences"]}
    assert rows == {"A-02": [("取得日期", "2026年3月1日", "没有填"), ("用地面积", "2.5公顷", "2.4公顷")], "A-03": []}
    assert [reverse("districts:plot_control", args=[district.code, plot.pk]) in page.content.decode() for plot in (alike, other)] == [
        False,
        True,
    ]
    assert reverse("districts:plot_create", args=[district.code]) in page.content.decode()
    Plot.objects.filter(pk=other.pk).update(acquired_on=dt.date(2026, 3, 1))
    put(folder, "b", {"district": district.code, "number": "A-02", "area_ha": 2.4}, {"district": district.code, "number": "A-03"})
    exchange("plots")
    assert [row.number for row in client.get(address).context["differences"]] == ["A-03"], "the last word on each"


def test_what_cannot_be_is_refused(folder, district):
    put(
        folder, "a",
        {"district": "none", "number": "A-01"},
        {"district": district.code, "number": "A-01", "acquisition": "租赁"},
        {"district": district.code, "number": "A-01", "acquired_on": "2999-01-01"},
        {"district": district.code, "number": "A-01", "area_ha": "0"},
        {"district": district.code, "number": "A-01", "area_ha": "NaN"},
    )  # fmt: skip
    [made] = exchange("plots")
    assert (made.items, made.refused) == (0, 5)
    told = ("没有代码为none的城区", "取得方式应为出让、划拨、自有", "晚于今天", "应大于0", "应为数")
    assert [words for words in told if words not in made.error] == []


def test_whoever_reads_the_file_sees_it_and_others_do_not(client, folder, people, district, settings):
    put(folder, "a", {"district": district.code, "number": "A-03"})
    exchange("plots")
    address = reverse("portal:granted_plots", args=[district.code])
    for seat, status in (("preparer", 200), ("reviewer", 200)):
        client.force_login(getattr(people, seat))
        assert client.get(address).status_code == status
    for seat in ("preparer", "expert", "system_keeper"):
        client.force_login(make_user(seat))
        assert client.get(address).status_code == 404
    client.force_login(people.reviewer)
    assert address not in client.get(reverse("portal:workdesk")).content.decode(), "the task of who fills in the file"
    settings.ADAPTERS = {}
    client.force_login(people.preparer)
    assert address not in client.get(reverse("portal:workdesk")).content.decode()


def test_a_person_who_got_a_plot_is_not_kept(folder, district):
    names = ("演示开发有限公司", "张三丰（虚构）", "张三丰（虚构）有限公司")
    put(folder, "a", *({"district": district.code, "number": f"A-0{at}", "owner": name} for at, name in enumerate(names)))
    assert exchange("plots")[0].items == 3
    kept = ExchangeItem.objects.order_by("pk").values_list("content__owner", flat=True)
    assert list(kept) == [names[0], None, names[2]]


def test_a_district_code_with_blanks_finds_its_district(client, folder, people, district):
    put(folder, "a", {"district": f" {district.code} ", "number": " A-09 "})
    exchange("plots")
    client.force_login(people.preparer)
    rows = client.get(reverse("portal:granted_plots", args=[district.code])).context["differences"]
    assert [row.number for row in rows] == ["A-09"]


def test_a_plot_that_was_split_is_not_asked_for_a_second_time(client, folder, people, district):
    PlotFactory(district=district, number="A-01", area_ha=Decimal("1.25"), floor_area=Decimal(30_000))
    parts = [PlotPart("A-01-1", Decimal("0.5"), Decimal(12_000)), PlotPart("A-01-2", Decimal("0.75"), Decimal(18_000))]

    def split():
        return proposals.split(plots_to_change(district, ["A-01"])[0], parts)

    told = {"read": split().read, "on": dt.date(2026, 3, 2), "reason": "按批复分割", "number": "沪规划〔2026〕1号", "upload": pdf()}
    record_change(district=district, propose=split, by=people.preparer, **told)
    put(folder, "a", {"district": district.code, "number": "A-01"}, {"district": district.code, "number": "A-02"})
    assert exchange("plots")[0].items == 2
    client.force_login(people.preparer)
    rows = client.get(reverse("portal:granted_plots", args=[district.code])).context["differences"]
    assert [row.number for row in rows] == ["A-02"]
