"""Pages of the archive: the list with its filter, one volume, its forms; who sees and does what."""

import pytest
from django.urls import reverse

from greendistrict.accounts.viewer import Viewer
from reports.archive.models import ArchiveItem, ArchiveVolume
from reports.archive.selectors import tasks_for
from reports.jobs.models import ExportJob
from tests.factories.accounts import cast
from tests.reports.archive.world import close_volume, finished_case, make_volume, set_fonds
from tests.steps import step

AREA = pytest.mark.area("reports/archive")
LIST, OPEN = "/reports/archive/", "/reports/archive/open/"
CITY = {"city_officer", "city_checker", "city_director", "city_legal"}


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(officer, people, kept_queries, count):
    volumes = [make_volume(people, number=number, files=1) for number in range(1, count + 1)]
    for number in range(10, 10 + count):
        finished_case(people, number=number, files=0)
    officer.get(LIST)
    with kept_queries():
        text = officer.get(LIST).content.decode()
    assert [volume.title for volume in volumes if volume.title not in text] == []
    assert text.count('name="matter"') == count


@AREA
def test_finished_matters_are_filed_by_one_press(client, people):
    cases = [finished_case(people, number=number, files=0) for number in (1, 2, 3)]
    ticked = {"matter": [f"case:{case.pk}" for case in (*cases[:2], cases[0])] + ["case:none", "nothing"]}
    client.force_login(people.city_checker)
    assert client.post(OPEN, ticked).status_code == 403
    client.force_login(people.city_officer)
    text = client.post(OPEN, ticked, follow=True).content.decode()
    assert [row.matter for row in ArchiveVolume.objects.order_by("matter")] == [case.pk for case in cases[:2]]
    assert ("已立卷2件" in text, "这一事项已经立卷" in text, text.count('name="matter"')) == (True, True, 1)
    assert "没有立卷" in client.post(OPEN, follow=True).content.decode()


def test_a_number_that_nobody_has_set_leads_to_where_it_is_set(client, db):
    client.force_login(cast().city_officer)
    assert f'href="{reverse("approvals:setting", args=["archive.fonds"])}"' in client.get(LIST).content.decode()


def test_a_filter_finds_by_title_number_of_an_item_and_state(client, people):
    set_fonds(people)
    one, two = make_volume(people, number=1), close_volume(people, make_volume(people, number=2))
    ArchiveItem.objects.filter(volume=one, number=1).update(document_number="演建〔2026〕77号")
    client.force_login(people.city_director)

    def found(**asked):
        return [row.pk for row in client.get(LIST, asked).context["page"]]

    assert found(q="〔2026〕77号") == [one.pk]
    assert found(q="演示归档2区") == [two.pk]
    assert found(status="closed") == [two.pk]
    assert found(year=one.year, kind=one.kind, retention="y30") == [one.pk, two.pk]
    assert found(retention="permanent") == []


def test_who_sees_and_does_what(client, people):
    volume = make_volume(people, files=1)
    other, item = finished_case(people, number=2, files=0), volume.items.get(number=1)
    pages = [LIST, *(reverse(f"reports:{name}", args=[volume.pk]) for name in ("archive_volume", "archive_hand_over", "archive_edit"))]
    pages.append(reverse("reports:archive_item", args=[volume.pk, item.pk]))
    posts = [reverse("reports:archive_collect", args=[volume.pk]), reverse("reports:archive_open", args=["case", other.pk])]
    answers = {}
    for seat, user in people.everybody.items():
        client.force_login(user)
        got = [client.get(url).status_code for url in pages]
        answers[seat] = (*got, *(client.post(url, {"version": -1}).status_code for url in posts))
    outside = {answer for seat, answer in answers.items() if seat not in CITY}
    assert outside <= {(404,) * 7}
    assert answers["city_officer"] == (200, 200, 404, 200, 200, 409, 302)
    assert {answers[seat] for seat in CITY - {"city_officer"}} == {(200, 200, 404, 404, 404, 403, 302)}
    assert ArchiveVolume.objects.count() == 2


@AREA
def test_the_pages_of_a_volume_take_what_is_typed(officer, people):
    volume = make_volume(people, files=2)
    edit = reverse("reports:archive_edit", args=[volume.pk])
    typed = {"version": volume.version, "title": "新的题名（虚构）", "retention": "permanent", "note": "缺第二页（虚构）"}
    assert officer.post(edit, typed).status_code == 302
    assert officer.post(edit, typed).status_code == 409
    volume.refresh_from_db()
    assert (volume.title, volume.retention, volume.note) == ("新的题名（虚构）", "permanent", "缺第二页（虚构）")
    item = volume.items.get(number=2)
    url = reverse("reports:archive_item", args=[volume.pk, item.pk])
    assert officer.post(url, {"version": volume.version}).status_code == 422
    said = {"version": volume.version, "title": "调到第一件", "number": 1, "confidentiality": "internal", "responsible": "演示局（虚构）"}
    assert officer.post(url, said).status_code == 302
    text = officer.get(reverse("reports:archive_volume", args=[volume.pk])).content.decode()
    assert text.index("调到第一件") < text.index(volume.items.get(number=2).title)
    assert "缺第二页（虚构）" in text


@AREA
def test_files_of_a_volume_open_for_the_city_and_letters_made_for_it(client, people):
    volume = make_volume(people, files=1)
    letter = ExportJob.objects.filter(kind="letter").first().files.get().document
    url = reverse("documents:download", args=[letter.key])
    for seat, status in (("city_director", 200), ("preparer", 404), ("secretariat", 404)):
        client.force_login(getattr(people, seat))
        answer = client.get(url)
        assert (answer.status_code, answer.getvalue().startswith(b"%PDF")) == (status, status == 200)
    assert volume.items.filter(job__isnull=False).exists()


@AREA
def test_a_volume_waits_for_the_officer_then_for_the_checker(people):
    volume = make_volume(people, files=1)

    def told():
        return [[task.title for task in tasks_for(Viewer(user))] for user in (people.city_officer, people.city_checker)]

    assert told() == [["案卷整理"], []]
    step(volume, "submit", people.city_officer)
    assert told() == [[], ["案卷检查"]]
