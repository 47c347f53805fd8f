"""The calendar of what falls due in the browser: why a day is what it is, a batch of extensions, who stands at which step, an outage."""

import datetime as dt
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from icalendar import Calendar

from obligations.models import Exemption
from tests.e2e.steps.seats import desk
from tests.factories.districts import file_case, make_district
from tests.obligations.world import titled, world

pytestmark = [
    pytest.mark.area("obligations", "portal/outlook", "portal/pilot_progress", "portal/operations"),
    pytest.mark.django_db(transaction=True),
]
TODAY = dt.date(2027, 4, 12)


@pytest.fixture
def people(move):
    move(TODAY)
    people = world()
    titled(people, "演示乙城（虚构）")
    file_case(make_district(people, name="演示丙城（虚构）", boundary_matches=False))
    return people


def test_a_chief_finds_why_a_day_is_what_it_is_and_opens_the_matter(local_browser, live_server, album, people):
    with desk(local_browser, live_server, album, people) as seats:
        chief = seats["reviewer"]
        chief.open(reverse("obligations:obligation_list"))
        chief.follow("日历", "2027年4月到期", "碳排放核查报告", exact=True)
        chief.shoot("calendar", axe=True)
        chief.follow("上个月", "2027年3月到期", "2项")
        chief.page.get_by_text("查询条").first.click()
        chief.fill({"列出方式": "经办人", "事项": "年度自查"})
        chief.press("查询", people.preparer.name)
        chief.shoot("by-person", axe=True)
        chief.page.locator("#list tbody th a").first.click()
        chief.see("期限怎样算出", "默认值", "没有作过决定", people.preparer.name)
        chief.shoot("obligation", axe=True)
        chief.follow("打开所涉事项", "年度自查")
        phone = seats.phone("reviewer")
        phone.open(f"{reverse('obligations:duty_calendar')}?month=2027-03", "2026年度自查", "下个月")
        assert not phone.page.locator(".gd-month").is_visible()
        assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        phone.shoot("calendar-phone", axe=True)


def test_a_director_extends_two_at_once(local_browser, live_server, album, people):
    with desk(local_browser, live_server, album, people) as seats:
        director = seats["city_director"]
        director.open(f"{reverse('obligations:obligation_list')}?state=overdue&kind=self_check")
        for box in director.page.locator("input[name=key]").all():
            box.check()
        director.shoot("chosen", axe=True)
        director.press("批量免报或延期")
        director.page.get_by_role("radio", name="统一延至一个日期").check()
        director.fill({"延至": "2027-05-29", "理由": "汛期停工"})
        director.press("预览新期限", "2027年3月31日", "2027年5月31日", "可办2项")
        director.shoot("preview", axe=True)
        director.press("审定2项", "已审定2项", "状态：逾期")
        director.open(f"{reverse('obligations:obligation_list')}?kind=self_check", "2027年5月31日")
        seats.on_phone("city_director", reverse("obligations:obligation_list"), "list-phone")
    assert {row.extended_to for row in Exemption.objects.all()} == {dt.date(2027, 5, 31)}


def test_who_stands_at_which_step(local_browser, live_server, album, people):
    with desk(local_browser, live_server, album, people) as seats:
        officer = seats["city_officer"]
        officer.open(reverse("portal:pilot_progress"), "演示甲城（虚构）", "2027年度自查", "终期验收条件对照")
        officer.shoot("progress", axe=True)
        officer.follow("逾期 项")
        assert "order=late" in officer.page.url
        late = officer.page.locator("td a.gd-down").first
        number = late.inner_text()
        late.click()
        officer.see(f"共{number}条", "逾期")
        phone = seats.phone("city_officer")
        phone.open(reverse("portal:pilot_progress"))
        assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        phone.shoot("progress-phone", axe=True)


def test_the_calendar_works_without_scripts(local_browser, live_server, album, people):
    with desk(local_browser, live_server, album, people) as seats:
        cookies = seats["reviewer"].context.cookies()
        plain = seats.visitor()
        plain.context.add_cookies(cookies)
        plain.open(f"{reverse('obligations:duty_calendar')}?month=2027-03&kind=self_check")
        plain.follow("下个月")
        assert "month=2027-04" in plain.page.url
        assert "kind=self_check" in plain.page.url


def test_the_outlook_of_five_years_opens_its_months(local_browser, live_server, album, people):
    with desk(local_browser, live_server, album, people) as seats:
        secretary = seats["secretariat"]
        secretary.open(reverse("portal:outlook"), "各年工作量", "2028年每月工作量")
        secretary.shoot("outlook", axe=True)
        figure = secretary.page.locator("tr", has_text="3月").get_by_role("link").first
        number = figure.inner_text()
        figure.click()
        secretary.see("2028年3月到期", f"共{number}条")
        secretary.open(reverse("portal:outlook"))
        secretary.page.get_by_role("link", name="2029年", exact=True).click()
        secretary.see("2029年每月工作量")
        seats.on_phone("secretariat", reverse("portal:outlook"), "outlook-phone")


def test_an_outage_extends_a_deadline(local_browser, live_server, album, people, move):
    move(dt.date(2027, 4, 1))
    checks = f"{reverse('obligations:obligation_list')}?kind=self_check&year=2026"
    with desk(local_browser, live_server, album, people) as seats:
        preparer, keeper = seats["preparer"], seats["system_keeper"]
        preparer.open(checks, "逾期1个工作日", "2027年3月31日")
        keeper.open(reverse("portal:operations"))
        keeper.follow("登记平台停运")
        keeper.fill({"停运开始": "2027-03-31T17:00", "恢复": "2027-03-31T13:00", "原因": "机房停电"})
        keeper.press("下一步：看哪些事项顺延", "恢复时间须晚于停运开始时间")
        keeper.fill({"停运开始": "2027-03-31T13:00", "恢复": "2027-03-31T17:00"})
        keeper.press("下一步：看哪些事项顺延", "2027年3月31日到期的2项顺延至2027年4月1日")
        keeper.shoot("outage-preview", axe=True)
        keeper.press("登记停运", "已登记平台停运，2项到期事项顺延")
        keeper.shoot("outages", axe=True)
        preparer.open(checks, "今日到期")
        preparer.page.locator("td a", has_text="2027年4月1日").first.click()
        preparer.see("期限怎样算出", "平台停运，按规则顺延：机房停电，由2027年3月31日顺延至2027年4月1日")
        preparer.shoot("extended", axe=True)
        public = seats.visitor(javascript=True)
        public.open("/", "平台停运：2027年3月31日13:00至2027年3月31日17:00，机房停电；2027年3月31日到期的事项顺延至2027年4月1日")
        public.shoot("public-line", axe=True)
        public.follow("停运记录", "停运和顺延", "机房停电")


def test_a_chief_subscribes_with_a_calendar_program_and_takes_the_address_back(local_browser, live_server, album, people):
    with desk(local_browser, live_server, album, people) as seats:
        chief = seats["reviewer"]
        chief.open(reverse("obligations:duty_calendar"))
        chief.follow("日历订阅")
        chief.press("生成订阅地址")
        address = live_server.url + urlsplit(chief.page.locator("[data-secret]").inner_text()).path
        chief.shoot("feed", axe=True)
        with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 -- the test's own server
            events = Calendar.from_ical(answer.read()).walk("VEVENT")
        assert [event.decoded("DTSTART") for event in events if "2026年度自查" in event["SUMMARY"]] == [dt.date(2027, 3, 31)] * 2
        chief.open(reverse("obligations:feed_settings"), "最近读取")
        chief.press("收回地址", "订阅地址已收回")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(address, timeout=60)  # noqa: S310 -- as above
