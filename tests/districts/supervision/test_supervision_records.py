"""监理 and 质量安全监督 of plots and works: recorded with a paper, listed on both pages, a condition of nothing."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from districts.file import rules
from districts.plot_changes import proposals
from districts.plot_changes.proposals import PlotPart
from districts.plot_changes.services import plots_to_change, record_change
from districts.plots.selectors.plots import SHOWN_RECORDS
from districts.supervision.models import SupervisionRecord
from districts.supervision.services import record_supervision
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from greendistrict.core.forms import plain_errors
from greendistrict.documents.services import store
from tests.factories.approvals import pdf
from tests.factories.districts import PlotFactory, WorkFactory, file_case

PAGES = {"plot": ("plot_supervision", "plot_control"), "work": ("work_supervision", "work")}


@pytest.fixture
def plot(district):
    return PlotFactory(district=district, number="A")


@pytest.fixture(params=["plot", "work"])
def subject(request, district):
    return request.getfixturevalue("plot") if request.param == "plot" else WorkFactory(district=district, name="甲路")


def pages(subject):
    """Addresses of the records and of the page of the plot or work."""
    names = PAGES[subject._meta.model_name]
    return [reverse(f"districts:{name}", args=[subject.district.code, subject.pk]) for name in names[:2]]


def given(**more):
    day = clock.today().isoformat()
    return {"kind": "oversight", "body": "演示质安站", "inspected_on": day, "finding": "透水铺装未按图施工", "upload": pdf(), **more}


def test_a_finding_is_recorded_with_its_paper_and_stands_on_both_pages(preparer, people, subject):
    records, page = pages(subject)
    assert preparer.post(records, given()).status_code == 302
    record = SupervisionRecord.objects.get()
    assert (record.body, record.recorded_by, record.document.original_name) == ("演示质安站", people.preparer, pdf().name)
    for address in (records, page):
        text = preparer.get(address).content.decode()
        assert all(words in text for words in ("质量安全监督", "演示质安站", "透水铺装未按图施工")), address
    assert reverse("documents:download", args=[record.document.key]) in preparer.get(records).content.decode()
    assert AuditRecord.objects.filter(action="districts.add_supervision").get().data["body"] == "演示质安站"


@pytest.mark.parametrize(("wrong", "words"), [
    ({"inspected_on": "2099-01-01"}, "日期不能晚于今天"), ({"finding": " "}, "请填写"), ({"upload": ""}, "请选择文件"),
    ({"body": ""}, "请填写"), ({"kind": "x"}, "请从列出的选项中选择"),
])  # fmt: skip
def test_what_is_missing_or_wrong_is_said_at_its_field_and_what_was_typed_stays(preparer, plot, wrong, words):
    answer = preparer.post(pages(plot)[0], given(**wrong))
    [field] = wrong
    form = answer.context["form"]
    assert (answer.status_code, list(form.errors), plain_errors(form[field])) == (422, [field], [words])
    typed = {name: value for name, value in given().items() if name not in {field, "upload"}}
    assert {name: form[name].value() for name in typed} == typed
    assert not SupervisionRecord.objects.exists()


def test_the_page_of_the_plot_or_work_shows_the_newest_five_of_those_their_own_page_lists(preparer, people, subject):
    days = [clock.today() - dt.timedelta(days=back) for back in range(7)]
    for number, day in enumerate(days):
        values = {"kind": "site", "body": f"演示监理公司{number}号", "inspected_on": day, "finding": "符合"}
        record_supervision(subject=subject, by=people.bureau, upload=pdf(), **values)
    records, page = (re.findall(r"演示监理公司\d号", preparer.get(address).content.decode()) for address in pages(subject))
    assert records == [f"演示监理公司{number}号" for number in range(7)]
    assert page == records[:SHOWN_RECORDS]


def test_who_reads_and_who_records(client, people, subject):
    file_case(subject.district)
    for seat, user in people.everybody.items():
        client.force_login(user)
        codes = [client.get(pages(subject)[0]).status_code == 200, client.post(pages(subject)[0], given()).status_code == 302]
        assert codes == [rules.may_read_file(posts_of(user), subject.district), seat in {"preparer", "consultant", "bureau"}], seat


def test_a_bureau_adds_the_paper_of_its_finding_and_nothing_else_to_the_district(people, district, plot):
    values = {"kind": "oversight", "body": "演示质安站", "inspected_on": clock.today(), "finding": "符合"}
    record = record_supervision(subject=plot, by=people.bureau, upload=pdf(), **values)
    assert (record.recorded_by, record.document.uploaded_by) == (people.bureau, people.bureau)
    with pytest.raises(NotAllowed):
        store(owner=district, upload=pdf(), kind="其他", title="其他", by=people.bureau)


def test_what_a_split_plot_had_is_listed_with_its_parts(preparer, people, district, plot):
    values = {"kind": "site", "body": "演示监理公司", "inspected_on": clock.today(), "finding": "符合", "upload": pdf()}
    record_supervision(subject=plot, by=people.preparer, **values)

    def parts():
        made = [PlotPart("A-1", Decimal("0.5")), PlotPart("A-2", Decimal("0.75"))]
        return proposals.split(plots_to_change(district, ["A"])[0], made)

    record_change(
        district=district, propose=parts, read=parts().read, on=dt.date(2026, 7, 1), reason="批复", upload=pdf(), by=people.preparer
    )
    for part in district.plots.all():
        for address in pages(part):
            assert "演示监理公司" in preparer.get(address).content.decode()
    assert preparer.post(pages(plot)[0], given()).status_code == 404, "history is read, not worked on"
    assert preparer.get(pages(plot)[0]).status_code == 200
