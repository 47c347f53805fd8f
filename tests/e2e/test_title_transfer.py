"""Transfer of a title in the browser: a government and a company were merged; from the request to the public history in the register."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.titles.models.publicity import Title
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.core import clock
from tests.e2e.steps.cases import at, page, scans
from tests.e2e.steps.seats import desk, take
from tests.factories.acceptance import make_pilot
from tests.factories.accounts import make_organisation, make_user
from tests.factories.approvals import lay_papers

pytestmark = [pytest.mark.area("approvals/changes", "approvals/titles"), pytest.mark.django_db(transaction=True)]
PAPER = "关于机构合并的通知（演府〔2026〕8号，虚构）"
NUMBER = "演沪建函〔2026〕21号"


def ask(seats, district, bodies, applicant, scan):
    """The preparer asks for the transfer: what lacks is said, nothing typed is lost; then it goes to the signer."""
    preparer = seats["preparer"]
    preparer.open(reverse("districts:district_detail", args=[district.code]) + "?tab=titles")
    preparer.follow("提出变更")
    preparer.page.get_by_role("radio", name="称号转移").check()
    preparer.press("建立")
    preparer.shoot("transfer-form", axe=True)
    late = (clock.today() + dt.timedelta(days=9)).isoformat()
    typed = {"事由": "合并", "机构调整文件": PAPER, "生效日期": late, "原实施主体": bodies[0].name, "承继的申报主体": applicant.name}
    preparer.fill({**typed, "变更理由": "区级机构调整（虚构）"})
    preparer.press("保存")
    case = Case.objects.get(kind="BG")
    preparer.see("生效日期不能晚于今天", "须一并选择", PAPER)
    assert preparer.page.locator("main").get_by_role("radio", name="提交审核").first.is_disabled()
    preparer.follow("填写变更内容")
    preparer.fill({"生效日期": clock.today().isoformat(), "承继的实施主体": bodies[1].name})
    preparer.press("保存", bodies[1].name, applicant.name, PAPER)
    preparer.open(page("case_files", case))
    preparer.page.set_input_files("input[type=file] >> nth=0", scan)
    preparer.press("上传")
    lay_papers(case)  # the others that a change wants
    preparer.open(page("case", case))
    preparer.shoot("transfer-draft", axe=True)
    take(preparer, "提交审核")
    return case


def test_a_title_passes_to_the_bodies_that_follow(local_browser, live_server, album, tmp_path, people):
    district = make_pilot(people, name="演示合并城区（虚构）")
    government, company = people.authority_body, district.applicant
    authority = make_organisation(OrganisationKind.AUTHORITY, name="演示新区人民政府（虚构）")
    applicant = make_organisation(OrganisationKind.APPLICANT, name="演示新区开发公司（虚构）")
    for role in (Role.PREPARER, Role.REVIEWER):
        make_user(role, applicant)
    title = Title.objects.get(district=district)
    kept = (title.number, title.star, title.granted_on, title.end)
    with desk(local_browser, live_server, album, people) as seats:
        case = ask(seats, district, (government, authority), applicant, scans(tmp_path)("机构调整文件"))
        for seat, words, values in (
            ("reviewer", "签发并提交", {}),
            ("city_officer", "提交审核", None),
            ("city_checker", "同意，报审定", None),
            ("city_director", "审定同意变更", {"决定文号": NUMBER}),
        ):
            at(seats, seat, case, words, values)
        director = seats["city_director"]
        director.see("变更生效", authority.name)
        director.shoot("transfer-decided", axe=True)
        officer = seats["city_officer"]
        officer.open(reverse("approvals:title", args=[title.pk]))
        officer.see("责任单位沿革", government.name, authority.name, company.name, applicant.name, PAPER, NUMBER, "至今")
        officer.shoot("transfer-title", axe=True)
        for size in ((1366, 768), (390, 844)):
            visitor = seats.visitor(size=size)
            visitor.open(reverse("portal:public_district", args=[district.code]))
            visitor.see("责任单位沿革", government.name, authority.name, company.name, applicant.name, PAPER, NUMBER, "至今")
            visitor.shoot(f"transfer-public-{size[0]}")
    district.refresh_from_db()
    title.refresh_from_db()
    assert (district.applicant, list(district.authorities.all())) == (applicant, [authority])
    assert (title.number, title.star, title.granted_on, title.end) == kept
