"""Workbooks of lists that are too large for a request: read and written by the worker, once, whatever ends in between."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from districts.common.enums import ImportKind, QueuedState
from districts.file.models.district import ListImport, QueuedImport
from districts.lists import workbooks
from districts.tasks import import_list, sweep_imports
from greendistrict.core.errors import Refused
from greendistrict.workflow.models import OutboxMessage
from tests.districts.plots.test_plot_files import book
from tests.documents.test_formula_results import counted
from tests.factories.districts import PlotFactory, make_district
from tests.factories.workbooks import saved
from tests.leases import run_out

GOOD, BAD = {"number": "YC-10", "area_ha": 1}, {"number": "YC-11", "area_ha": "约3"}


@pytest.fixture
def district(people, settings):
    settings.IMPORT_AT_ONCE_BYTES = 0
    return make_district(people)


def uploaded(client, district, *rows):
    """The import as it waits, and its page."""
    address = reverse("districts:plot_import", args=[district.code])
    answer = client.post(address, {"workbook": SimpleUploadedFile("地块.xlsx", book(district, *rows))})
    assert answer.status_code == 302, answer.content.decode()
    asked = QueuedImport.objects.get()
    assert answer.url == reverse("districts:plot_queued", args=[district.code, asked.pk])
    return asked, answer.url


def sent(pk):
    """How often the import was handed to its queue."""
    return OutboxMessage.objects.filter(kind="list_import", payload={"import": pk}).count()


def ordered(asked, *, by):
    """The import with its preview confirmed."""
    asked.refresh_from_db()
    return workbooks.order(pk=asked.pk, district=asked.district, by=by, seen=workbooks.works_digest(asked))


def long_ago(asked, **changed):
    QueuedImport.objects.filter(pk=asked.pk).update(**{"attempts": 0, **changed})
    run_out()


def test_a_large_workbook_is_read_confirmed_and_written_in_the_background(preparer, people, district):
    asked, page = uploaded(preparer, district, GOOD, BAD)
    assert sent(asked.pk) == 1
    assert "排队核对" in preparer.get(page).content.decode()
    assert page in preparer.get(reverse("districts:plot_import", args=[district.code])).content.decode()
    polled = preparer.get(page, headers={"HX-Request": "true"}).content.decode()
    assert ("gd-job" in polled, "<html" in polled) == (True, False)
    assert (import_list(asked.pk), import_list(asked.pk)) == (True, False)
    assert preparer.get(page, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    seen = preparer.get(page)
    assert "约3" in seen.content.decode()
    assert not district.plots.exists()
    apply = reverse("districts:plot_apply", args=[district.code])
    order = {name: seen.context[name] for name in ("token", "copy")}
    assert preparer.post(apply, order).url == page
    assert sent(asked.pk) == 2
    assert "排队写入" in preparer.get(page).content.decode()
    assert preparer.post(apply, order).status_code == 409
    assert (import_list(asked.pk), import_list(asked.pk)) == (True, False)
    assert [plot.number for plot in district.plots.all()] == ["YC-10"]
    done = ListImport.objects.get()
    assert (done.added, done.file_name, done.imported_by) == (1, "地块.xlsx", people.preparer)
    after = preparer.get(page)
    copy = preparer.post(apply, {"copy": after.context["copy"], "returned": "1"}).content
    assert openpyxl.load_workbook(BytesIO(copy))["地块"]["A4"].value == "YC-11"


def test_the_preview_is_the_one_of_a_request(district, preparer, settings):
    PlotFactory(district=district, number="YC-01")
    workbook, content = openpyxl.load_workbook(BytesIO(book(district, GOOD, BAD, {"number": "YC-12", "area_ha": "25000m²"}))), BytesIO()
    workbook["地块"].delete_cols(2)
    workbook.save(content)
    address, asked = reverse("districts:plot_import", args=[district.code]), []
    for at_once in (0, 10**9):
        settings.IMPORT_AT_ONCE_BYTES = at_once
        asked.append(preparer.post(address, {"workbook": SimpleUploadedFile("地块.xlsx", content.getvalue())}))
    import_list(QueuedImport.objects.get().pk)
    queued = preparer.get(asked[0].url).context
    assert queued["preview"] == asked[1].context["preview"]
    assert (bool(queued["preview"].noted), queued["preview"].absent) == (True, ("所在分区",))
    assert QueuedImport.objects.count() == 1


def test_what_changed_meanwhile_is_not_written_and_the_page_says_so(preparer, people, district):
    PlotFactory(district=district, number="YC-01", area_ha=2)
    content = book(district, changes=[(0, "area_ha", 3)])
    asked = workbooks.ask(kind=ImportKind.PLOTS, district=district, content=content, file_name="a.xlsx", by=people.preparer)
    assert import_list(asked.pk)
    district.plots.update(version=7)
    ordered(asked, by=people.preparer)
    assert import_list(asked.pk)
    assert district.plots.get().area_ha == 2
    page = preparer.get(reverse("districts:plot_queued", args=[district.code, asked.pk])).content.decode()
    assert "a.xlsx：预览之后有人改过地块YC-01，这次没有写入" in page


def test_what_is_no_workbook_of_this_list_is_told(preparer, people, district):
    other = make_district(people, name="另一个区")
    asked = workbooks.ask(kind=ImportKind.PLOTS, district=district, content=book(other), file_name="b.xlsx", by=people.preparer)
    import_list(asked.pk)
    seen = preparer.get(reverse("districts:plot_queued", args=[district.code, asked.pk]))
    assert seen.context["token"] == ""
    assert seen.context["preview"].problems
    with pytest.raises(Refused):
        workbooks.order(pk=asked.pk + 1, district=district, by=people.preparer, seen="")


def test_a_lost_queue_is_made_good_and_what_breaks_off_again_and_again_ends(preparer, people, district):
    asked, page = uploaded(preparer, district, GOOD)
    assert sweep_imports() == 0
    long_ago(asked)
    assert (sweep_imports(), sweep_imports(), sent(asked.pk)) == (1, 0, 2)
    long_ago(asked, attempts=3)
    assert import_list(asked.pk)
    assert "处理时多次中断，没有写入任何内容" in preparer.get(page).content.decode()
    other = workbooks.ask(kind=ImportKind.PLOTS, district=district, content=book(district, GOOD), file_name="a", by=people.preparer)
    import_list(other.pk)
    ordered(other, by=people.preparer)
    long_ago(other, attempts=3)
    assert (sweep_imports(), import_list(other.pk)) == (1, True)
    other.refresh_from_db()
    assert (other.state, ListImport.objects.count(), district.plots.count()) == (QueuedState.REFUSED, 0, 0)


def test_previews_that_nobody_came_back_for_are_dropped_orders_never(people, district):
    for state in QueuedState:
        asked = workbooks.ask(kind=ImportKind.PLOTS, district=district, content=b"", file_name=state, by=people.preparer)
        QueuedImport.objects.filter(pk=asked.pk).update(state=state, since=timezone.now() - dt.timedelta(days=8))
    sweep_imports()
    assert [asked.state for asked in QueuedImport.objects.all()] == [QueuedState.ORDERED]


def test_nobody_else_opens_it(client, people, district):
    client.force_login(people.preparer)
    _, page = uploaded(client, district, GOOD)
    assert client.get(page.replace("/plots/", "/works/")).status_code == 404
    for user, status in ((people.bureau, 403), (people.outsider_preparer, 404)):
        client.force_login(user)
        assert client.get(page).status_code == status, user


def test_columns_and_texts_are_chosen_in_the_preview_of_a_large_import(preparer, people, district):
    """Head and text are asked about, the file is read again with both, and what was chosen is remembered for heads alone."""
    made = openpyxl.Workbook()
    for line in (("宗地标识", "用地面积", "土地用途", "备用"), ("YC-20", 1, "R2", "甲（虚构）"), ("YC-21", 2, "R2", "甲（虚构）")):
        made.active.append(line)
    address = reverse("districts:plot_import", args=[district.code])
    page = preparer.post(address, {"workbook": SimpleUploadedFile("台账.xlsx", saved(made))}).url
    asked = QueuedImport.objects.get()
    import_list(asked.pk)
    seen = preparer.get(page)
    assert ([*seen.context["asked"]], seen.context["token"]) == (["宗地标识", "用地面积", "土地用途", "备用"], "")
    heads = {"head": ["宗地标识", "用地面积", "土地用途", "备用"], "column": ["地块编号", "用地面积 公顷", "用地性质", ""]}
    assert preparer.post(address, {"kept": seen.context["kept"], **heads}).url == page
    assert preparer.post(address, {"kept": seen.context["kept"], **heads}).status_code == 409, "it is being read"
    assert "排队核对" in preparer.get(page).content.decode()
    import_list(asked.pk)
    seen = preparer.get(page)
    [one] = seen.context["texts"]
    assert (one.text, one.rows, "用地性质 “R2”，2行" in seen.content.decode()) == ("R2", 2, True)
    answer = {"label": one.label, "text": one.text, "answer": one.options[0]}
    assert preparer.post(address, {"kept": seen.context["kept"], **answer}).url == page
    import_list(asked.pk)
    seen = preparer.get(page)
    assert seen.content.decode().count(f"“R2”按这次选定的“{one.options[0]}”") == 2
    preparer.post(reverse("districts:plot_apply", args=[district.code]), {"token": seen.context["token"]})
    import_list(asked.pk)
    assert set(district.plots.values_list("number", "land_use_code", "owner")) == {("YC-20", "070102", ""), ("YC-21", "070102", "")}
    assert ListImport.objects.get().heads == {"宗地标识": "地块编号", "用地面积": "用地面积 公顷", "土地用途": "用地性质"}
    assert not QueuedImport.objects.get().content
    assert preparer.post(address, {"kept": seen.context["kept"], **answer}).status_code == 409, "it is written"


def test_a_preview_that_was_read_again_since_is_not_written_by_its_old_page(preparer, district):
    made = openpyxl.Workbook()
    for line in (("地块编号", "用地面积", "用地性质"), ("YC-20", 1, "R2"), ("YC-21", 2, "居住用地")):
        made.active.append(line)
    address, apply = (reverse(f"districts:plot_{what}", args=[district.code]) for what in ("import", "apply"))
    page = preparer.post(address, {"workbook": SimpleUploadedFile("台账.xlsx", saved(made))}).url
    asked = QueuedImport.objects.get()
    import_list(asked.pk)
    old = preparer.get(page).context
    [one] = old["texts"]
    preparer.post(address, {"kept": old["kept"], "label": one.label, "text": one.text, "answer": one.options[0]})
    import_list(asked.pk)
    late = preparer.post(apply, {"token": old["token"]})
    assert (late.status_code, "预览之后重新核对过" in late.content.decode()) == (409, True)
    asked.refresh_from_db()
    assert (asked.state, district.plots.exists()) == (QueuedState.READ, False)
    assert preparer.post(apply, {"token": preparer.get(page).context["token"]}).url == page
    import_list(asked.pk)
    assert district.plots.count() == 2


def test_results_of_formulas_are_offered_in_a_large_import_too(preparer, district):
    content = counted(["YC-30", ("=1+1.5", 2.5), "070102"], ["YC-31", 1, "070102"])
    address = reverse("districts:plot_import", args=[district.code])
    page = preparer.post(address, {"workbook": SimpleUploadedFile("台账.xlsx", content)}).url
    asked = QueuedImport.objects.get()
    import_list(asked.pk)
    seen = preparer.get(page)
    assert "有1格是公式" in seen.content.decode()
    assert preparer.post(address, {"kept": seen.context["kept"], "results": "1"}).url == page
    import_list(asked.pk)
    late = preparer.post(address, {"kept": seen.context["kept"], "results": "1"})  # of another tab
    assert (late.status_code, "上传的工作簿不再保留" in late.content.decode()) == (409, True)
    seen = preparer.get(page)
    assert ("公式按工作簿里保存的结果读入" in seen.content.decode(), seen.context["preview"].formulas) == (True, 0)
    preparer.post(reverse("districts:plot_apply", args=[district.code]), {"token": seen.context["token"]})
    import_list(asked.pk)
    assert sorted(district.plots.values_list("number", "area_ha")) == [("YC-30", Decimal("2.5")), ("YC-31", 1)]


def test_a_large_import_with_nothing_to_choose_does_not_keep_its_file(preparer, district):
    asked, page = uploaded(preparer, district, GOOD)
    import_list(asked.pk)
    assert (preparer.get(page).context["kept"], bytes(QueuedImport.objects.get().content)) == ("", b"")
