"""A renewal district on its way from pilot to 示范 in the browser, with the site visit on a telephone that loses its network."""

import datetime as dt
import io

import pytest
from django.urls import reverse
from PIL import Image

from approvals.models import Case, VisitPhoto, VisitRow
from approvals.services import acceptances, cases, notices
from approvals.slots import FORM_REVIEW
from districts.models import Baseline, District, KeyProject
from greendistrict.core import clock
from greendistrict.processes import until
from tests.e2e.steps.seats import desk, take
from tests.e2e.test_titles_end import announce, case_page
from tests.factories.acceptance import conclude_review, make_pilot
from tests.factories.accounts import cast
from tests.factories.approvals import fill_table

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def picture(folder):
    """A photo with the time it was taken."""
    image, exif = Image.new("RGB", (64, 48), "green"), Image.Exif()
    exif.get_ifd(0x8769)[36867] = "2026:11:20 09:30:00"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    path = folder / "现场.jpg"
    path.write_bytes(out.getvalue())
    return path


def saved(row):
    return VisitRow.objects.get(pk=row.pk)


def test_a_renewal_district_from_pilot_to_demonstration(local_browser, live_server, album, tmp_path):
    people = cast()
    district = make_pilot(people, ready=False, type="renewal", name="演示更新片区（虚构）")
    gates = reverse("approvals:acceptance_gates", args=[district.code])
    with desk(local_browser, live_server, album, people) as seats:
        preparer = seats["preparer"]
        preparer.open(gates)
        preparer.see("还差1项", "近期重点项目建成并投入使用的比例", "去处理")
        preparer.shoot("gates-open")
        KeyProject.objects.filter(district=district).update(state="in_use", in_use_on=clock.today())
        preparer.open(gates)
        preparer.see("全部满足")
        preparer.press("建立终期验收")
        preparer.shoot("draft")
        case = Case.objects.get(kind="YS")
        fill_table(case)
        acceptances.acceptance_hand_up(case=case, by=people.preparer)
        reviewer = seats["reviewer"]
        reviewer.open(case_page(case))
        take(reviewer, "签发并提交", {})
        reviewer.see(f"YS-{clock.today().year}-0001")
        officer = seats["city_officer"]
        officer.open(case_page(case))
        take(officer, "受理", {})
        case.refresh_from_db()
        cases.save_form_review(case=case, by=people.city_officer, entries={key: (True, "") for key, _ in FORM_REVIEW})
        officer.open(case_page(case))
        take(officer, "组织现场核查", {"核查日期": clock.today().isoformat(), "集合地点": "演示管委会门口"})
        _visit(seats, case, tmp_path)
        take(officer, "提请终期验收评审", {})
        case.refresh_from_db()
        conclude_review(case, people.secretariat)
        case.refresh_from_db()
        notices.case_open_notice(case=case, by=people.city_officer)
        day = clock.today() - dt.timedelta(days=1)
        case.notices.update(opens_on=day - dt.timedelta(days=10), closes_on=day)
        notices.case_close_notice(case=case, by=people.city_officer)
        cases.case_agree(case=case, by=people.city_checker)
        director = seats["city_director"]
        director.open(case_page(case))
        take(director, "审定授予示范", {"决定文号": "演沪建〔2026〕70号"})
        announce(seats, "演沪建公告〔2026〕12号")
        officer.see("示范")
        officer.open(case_page(case))
        officer.shoot("demonstration")
    assert District.objects.get(pk=district.pk).stage == "demonstration"


def _visit(seats, case, folder):
    """The secretary at a telephone: a line and a photo without network are there when it is back; then the rest, then it is closed."""
    phone = seats.phone("secretariat")
    phone.open(reverse("approvals:case_visit", args=[case.pk]))
    phone.shoot("visit-phone")
    row = VisitRow.objects.filter(visit__case=case).first()
    place = phone.page.locator(f"#row-{row.pk}")
    phone.context.set_offline(True)
    place.get_by_text("部分相符").click()
    place.locator("textarea").fill("二期未投用")
    place.locator("input[type=file]").set_input_files(picture(folder))
    phone.page.get_by_text("1项、1张照片已存在本机").wait_for()
    phone.complaints.clear()
    assert saved(row).finding == ""
    phone.context.set_offline(False)
    phone.page.get_by_text("已全部保存").wait_for()
    assert until(lambda: VisitPhoto.objects.filter(row=row).exists() and saved(row).note == "二期未投用", 20)
    phone.complaints.clear()
    place.get_by_text("2026年11月20日").wait_for()
    VisitRow.objects.filter(visit__case=case, required=True).exclude(pk=row.pk).update(finding="holds", version=1)
    phone.open(reverse("approvals:visit_close", args=[case.pk]))
    phone.shoot("close-phone")
    phone.fill({"到场的专家和人员": "演示专家1\n演示专家2", "总体情况": "基本相符"})
    phone.press("完成核查")
    officer = seats["city_officer"]
    officer.open(reverse("approvals:case_visit", args=[case.pk]))
    officer.see("部分相符", "二期未投用")
    officer.shoot("visit-closed")
    officer.open(case_page(case))


def test_the_key_project_baseline_is_changed_by_a_case_only(local_browser, live_server, album):
    people = cast()
    district = make_pilot(people, ready=False, type="renewal", name="演示更新片区（虚构）")
    KeyProject.objects.filter(name="演示能源站（虚构）").update(state="in_use", in_use_on=clock.today())
    with desk(local_browser, live_server, album, people) as seats:
        preparer = seats["preparer"]
        preparer.open(reverse("districts:district_detail", args=[district.code]) + "?tab=titles")
        preparer.follow("提出变更")
        preparer.page.get_by_role("radio", name="变更近期重点项目基线").check()
        preparer.shoot("change-start")
        preparer.press("建立")
        preparer.page.get_by_label("演示学校（虚构）").first.check()
        preparer.fill({"变更理由": "规划调整，学校另行选址"})
        preparer.press("保存")
        preparer.see("演示学校（虚构）", "按现有资料试算，未生效")
        preparer.shoot("change-draft")
        take(preparer, "提交审核")
        case = Case.objects.get(kind="BG")
        for seat, words, values in (
            ("reviewer", "签发并提交", {}),
            ("city_officer", "提交审核", None),
            ("city_checker", "同意，报审定", None),
            ("city_director", "审定同意变更", {"决定文号": "演沪建〔2026〕80号"}),
        ):
            seats[seat].open(case_page(case))
            take(seats[seat], words, values)
        seats["city_director"].see("变更生效")
        seats["city_director"].shoot("change-approved")
        seats.phone("preparer").open(case_page(case))
        seats.phone("preparer").shoot("change-phone")
        preparer.open(reverse("approvals:acceptance_gates", args=[district.code]))
        preparer.see("全部满足", "第2版")
        preparer.shoot("gates-after")
    assert Baseline.objects.filter(district=district, kind="pilot").count() == 2
