"""The exact figures that the bench only reports: queries of the hot paths, on rows seeded once for the module."""

from http import HTTPStatus

from django.urls import reverse

from tests.factories.once import copy_of, once
from tools.bench import limits, paths, seeding
from tools.bench.measuring import Effort

made = once(seeding.seed)
seeded = copy_of("made")


def test_the_seeded_paths_keep_their_queries(seeded):
    visit = paths.Visit(0, seeded, Effort(1, 1), {})
    table, row = seeded.table, seeded.table.rows.get(item_id=paths.saved_row(visit).item_id)
    pages = {
        f"{reverse('districts:district_list')}?{paths.FILTER}": (seeded.officer, 8),
        f"{reverse('api:districts')}?limit=50": (seeded.officer, 5),
        f"{reverse('portal:search')}?q=演示城区": (seeded.officer, 29),
        f"{reverse('portal:search')}?q=没有这样的": (seeded.officer, 18),
        reverse("assessments:score_table", args=[table.pk]): (seeded.preparer, 8),
        f"{reverse('assessments:score_table', args=[table.pk])}?chapter=all": (seeded.preparer, 8),
    }
    for path, (user, most) in pages.items():
        assert paths.queries_of(user, lambda client, path=path: client.get(path, headers={"hx-request": ""})) <= most, path
    versions = iter(range(row.version, row.version + 9))
    address = reverse("assessments:score_row", args=[table.pk, row.item_id])

    def save(client):
        version = next(versions)
        form = {"field": "value", f"{row.item_id}-value": str(version % 2), f"{row.item_id}-version": str(version)}
        assert client.post(address, form).status_code == HTTPStatus.OK

    assert paths.queries_of(seeded.preparer, save) <= 7


def test_copies_are_districts_like_any_other_and_the_list_costs_the_same_queries_however_long(seeded, rf, client):
    found = limits.search(rf.get("/limit/search/", {"q": "演示"})).content.decode()
    assert seeded.table.district.name in found
    path = reverse("districts:district_list")
    few = paths.queries_of(seeded.officer, lambda client: client.get(path))
    seeding.more_districts(seeded, 120)
    assert paths.queries_of(seeded.officer, lambda client: client.get(path)) == few
    client.force_login(seeded.officer)
    text = client.get(path, {"q": "演示城区77"}).content.decode()
    assert ("演示城区77（虚构）" in text, "共1条" in text) == (True, True)
