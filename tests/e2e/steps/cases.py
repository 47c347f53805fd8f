"""Steps of cases as their people take them at the page of the case, on Django's live server."""

import datetime as dt
import io
from types import SimpleNamespace

from django.urls import reverse
from PIL import Image

from approvals.acceptances.models import VisitPhoto, VisitRow
from approvals.cases.models.cases import Case
from greendistrict.core import clock
from greendistrict.processes import until
from tests.e2e.steps.seats import Desk, take
from tests.factories.approvals import REASONS, fill_table, lay_papers, pdf
from tests.factories.reviews import Scene

NUMBERS = {"批复文号": "演甲府〔2026〕18号", "报送函文号": "演甲建函〔2026〕42号"}


def page(name: str, case: Case, *more) -> str:
    """Address of a page of the case."""
    return reverse(f"approvals:{name}", args=[case.pk, *more])


def at(seats: Desk, seat: str, case: Case, words: str, values: dict | None = None, *, scanned: bool = False) -> None:
    """The person of a seat opens the case, chooses a step and takes it; ``values`` for the step's own page, where it has one.

    ``scanned``: with a scan in each place for a file.
    """
    actor = seats[seat]
    actor.open(page("case", case))
    take(actor, words)
    if "/step/" in actor.page.url:
        actor.fill(values or {})
        for place in actor.page.locator("main input[type=file]").all() if scanned else ():
            place.set_input_files({"name": f"{words}.pdf", "mimeType": "application/pdf", "buffer": pdf().read()})
        actor.step(words)
    assert "/step/" not in actor.page.url, actor.text()


def scans(folder):
    """Maker of files to upload; every call another one."""

    def make(name):
        path = folder / f"{name}.pdf"
        path.write_bytes(pdf().read())
        return path

    return make


def calendar(settings, folder):
    """Business time of this process: call with a date to let it be that day."""
    settings.CLOCK_FILE = str(folder / "clock")

    def move(day: dt.date) -> None:
        fresh = folder / "clock.new"
        fresh.write_text(f"{day.isoformat()}T10:00:00+08:00", encoding="utf-8")
        fresh.replace(folder / "clock")  # whole: a request under way reads the one or the other

    return move


# --- application ---


def start_application(seats: Desk, district) -> Case:
    """建立 a draft with star and reasons; the score table is filled in by the factory (the year's journey fills it cell by cell)."""
    preparer = seats["preparer"]
    preparer.open(reverse("approvals:case_start"))
    preparer.fill({"城区": district.name, "申报星级": "二星级"})
    preparer.press("建立")
    case = Case.objects.get(district=district, kind="SQ", status="draft")
    fill_table(case)
    lay_papers(case)
    preparer.open(page("case_check", case))
    for rule, reason in REASONS.items():
        preparer.page.locator(f"[id='id_reason-{rule}']").fill(reason)
    preparer.press("保存", "没有阻断提交的内容")
    return case


def submit(seats: Desk, case: Case) -> None:
    """One person hands up, another signs; the receipt carries the number."""
    at(seats, "preparer", case, "提交审核")
    at(seats, "reviewer", case, "签发并提交")
    case.refresh_from_db()
    seats["reviewer"].see("提交回执", case.number)


def endorse(seats: Desk, case: Case, scan, body: str = "") -> None:
    """Numbers, dates and scans of 批复 and 报送函 of one body."""
    authority, today = seats["authority"], clock.today().isoformat()
    authority.open(f"{page('case_endorse', case)}{f'?authority={body}' if body else ''}")
    dates = {"批复日期": today, "报送函日期": today}
    authority.fill({**NUMBERS, **dates, "批复扫描件": scan(f"批复{body}"), "报送函扫描件": scan(f"报送函{body}")})
    authority.press("登记")


def send_up(seats: Desk, case: Case, scan) -> None:
    """批复 and 报送函 are recorded, then the case goes to the city."""
    endorse(seats, case, scan)
    at(seats, "authority", case, "报送")


def review_form(seats: Desk, case: Case) -> None:
    """Every point of the formal review holds."""
    officer = seats["city_officer"]
    officer.open(page("case_form_review", case))
    for select in officer.page.locator("main select").all():
        select.select_option("yes")
    officer.press("保存")


# --- review ---


def judge(seats: Desk, case: Case, vote: str = "passed", star: str = "二星级") -> None:
    """A real panel scores and signs (its own clicks are the year's journey); the secretary records the conclusion at the meeting."""
    case.refresh_from_db()
    scene = object.__new__(Scene)
    scene.people, scene.secretary, scene.review = seats.people, seats.people.secretariat, case.review
    scene.to_meeting()
    scene.sign_all(vote)
    secretary, words = seats["secretariat"], {"passed": "通过", "failed": "不通过"}[vote]
    secretary.open(reverse("assessments:review_meeting", args=[case.review_id]))
    secretary.page.get_by_role("radio", name=words, exact=True).check()
    if vote == "passed":
        secretary.fill({"评定星级": star})
    secretary.press("形成评审结论")
    if secretary.page.locator("input[name='confirmed']").count():
        secretary.press("形成评审结论")
    secretary.see("评审结论", words)


def give_notice(seats: Desk, case: Case, move) -> None:
    """The notice stands for its working days, then it closes."""
    at(seats, "city_officer", case, "公示")
    move(case.notices.get().closes_on + dt.timedelta(days=1))
    at(seats, "city_officer", case, "公示结束，提交审核")


def announce(seats: Desk, number: str) -> None:
    """The officer puts the case into a batch, the director approves it, the officer publishes it."""
    officer, director = seats["city_officer"], seats["city_director"]
    officer.open(reverse("approvals:announcement_list"))
    officer.press("列入新批次")
    batch = officer.page.url
    director.open(batch)
    director.step("审定")
    officer.open(batch)
    officer.fill({"文号": number, "公告日期": clock.today().isoformat()})
    officer.step("公告")


# --- acceptance ---


def start_acceptance(seats: Desk, district) -> Case:
    """The gates hold; the preparer asks for the acceptance, the score table is filled in by the factory."""
    preparer = seats["preparer"]
    preparer.open(reverse("approvals:acceptance_gates", args=[district.code]), "全部满足")
    preparer.press("建立终期验收")
    case = Case.objects.get(district=district, kind="YS")
    fill_table(SimpleNamespace(table=case.table))
    lay_papers(case)
    return case


def receive_acceptance(seats: Desk, case: Case) -> None:
    """受理, formal review, and the visit is called."""
    at(seats, "city_officer", case, "受理")
    review_form(seats, case)
    at(seats, "city_officer", case, "组织现场核查", {"核查日期": clock.today().isoformat(), "集合地点": "演示管委会门口"})


def picture(folder):
    """A photo with the time it was taken."""
    image, exif = Image.new("RGB", (64, 48), "green"), Image.Exif()
    exif.get_ifd(0x8769)[36867] = "2026:11:20 09:30:00"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    path = folder / "现场.jpg"
    path.write_bytes(out.getvalue())
    return path


def saved(row) -> VisitRow:
    """The line as it is stored now."""
    return VisitRow.objects.get(pk=row.pk)


def visit(seats: Desk, case: Case, folder) -> None:
    """The secretary at a telephone: a line and a photo without network are there when it is back; then the rest, then it is closed."""
    phone = seats.phone("secretariat")
    phone.open(page("case_visit", case))
    phone.shoot("visit-phone")
    row = VisitRow.objects.filter(visit__case=case).first()
    place = phone.page.locator(f"#row-{row.pk}")
    phone.context.set_offline(True)
    place.get_by_text("部分相符").click()
    place.locator("textarea").fill("二期未投用")
    place.locator("input[type=file]").set_input_files(picture(folder))
    phone.page.get_by_text("1项、1张照片已存在本机").wait_for()
    phone.page.get_by_role("link", name="完成核查").click()
    phone.page.get_by_text("还不能完成核查：1项、1张照片已存在本机").wait_for()
    phone.complaints.clear()
    assert saved(row).finding == ""
    phone.context.set_offline(False)
    phone.page.get_by_text("已全部保存").wait_for()
    assert until(lambda: VisitPhoto.objects.filter(row=row).exists() and saved(row).note == "二期未投用", 20)
    phone.complaints.clear()
    place.get_by_text("2026年11月20日").wait_for()
    VisitRow.objects.filter(visit__case=case, required=True).exclude(pk=row.pk).update(finding="holds", version=1)
    phone.open(page("visit_close", case))
    phone.shoot("close-phone")
    phone.fill({"到场的专家和人员": "演示专家1\n演示专家2", "总体情况": "基本相符"})
    phone.press("完成核查")
    officer = seats["city_officer"]
    officer.open(page("case_visit", case), "部分相符", "二期未投用")
    officer.shoot("visit-closed")


# --- loss of title ---


def tell_and_hear(seats: Desk, case: Case, number: str, statement: str, *, phone: bool = False) -> None:
    """审核 agrees, the officer tells, the holder's signer states (at a telephone where asked)."""
    at(seats, "city_checker", case, "同意告知")
    at(seats, "city_officer", case, "登记事先告知", {"告知书文号": number, "告知书送达日期": clock.today().isoformat()}, scanned=True)
    reviewer = seats.phone("reviewer") if phone else seats["reviewer"]
    reviewer.open(page("case", case))
    reviewer.shoot("told")
    take(reviewer, "提交陈述申辩", {"陈述申辩": statement})


def discuss_and_decide(seats: Desk, case: Case, number: str) -> None:
    """Answer to the statement, legal check, collective discussion, decision, service: each at its seat."""
    today = clock.today().isoformat()
    at(seats, "city_officer", case, "提交法制审核", {"对陈述申辩的复核意见": "收尾不等于投用，不予采纳"})
    at(seats, "city_legal", case, "法制审核通过", {"法制审核意见": "事实清楚，证据充分，依据正确，程序合法"}, scanned=True)
    minutes = {"集体讨论纪要文号": "演纪1", "集体讨论日期": today, "参加人员": "演示主任等5人", "集体讨论意见": "一致同意"}
    at(seats, "city_officer", case, "登记集体讨论", minutes, scanned=True)
    at(seats, "city_director", case, "审定取消或撤销", {"决定文号": number})
    at(seats, "city_officer", case, "登记送达", {"送达日期": today, "签收人": "演示签收人"}, scanned=True)
