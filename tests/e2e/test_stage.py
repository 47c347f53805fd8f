"""A stage assessment in the browser: filed, found wanting, told to mend, given more time, mended, checked again."""

import pytest

from assessments.common.mechanism import CHECKLIST
from tests.e2e.steps.actor import Actor
from tests.e2e.steps.setting import accounts
from tools.demo.story import XINCHENG

pytestmark = pytest.mark.area("assessments/stage_assessments", "assessments/opinions", "approvals/requests")

OPEN = f"""
import datetime as dt
from assessments.stage_assessments import services as stages
from django.db import transaction
from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.core import clock
from tools.demo.tables import Year, fill
district = District.objects.get(name="{XINCHENG.name}")
with transaction.atomic():  # beat opens what is due as well: it finds the day and the assessment, or neither
    District.objects.filter(pk=district.pk).update(titled_on=clock.today() - dt.timedelta(days=3 * 365 - 20))
    [found] = [one for one in stages.open_due(clock.today()) if one.district_id == district.pk]
people = {{user.username.replace("-", "_"): user for user in User.objects.filter(is_demo=True)}}
fill(found.table, people["preparer"], Year(1, 0.7))
print(found.pk)
"""
PANEL = """
import datetime as dt
from assessments.stage_assessments.models import StageAssessment
from assessments.reviews.services import meeting_records, scoring
from assessments.reviews.services.scoring import TypedScore
from greendistrict.accounts.models import User
from greendistrict.core import clock
from tools.demo import application as way
from tools.steps import step
people = {user.username.replace("-", "_"): user for user in User.objects.filter(is_demo=True)}
review, secretary, start = StageAssessment.objects.get(pk=%s).review, people["secretariat"], clock.now()
step(review, "commit", secretary)
step(review, "draw", secretary)
for member in way.members(review):
    step(member, "accept", member.expert.user, declared=True)
review.refresh_from_db()
meeting_records.name_chair(review=review, member=way.members(review)[0], version=review.version, by=secretary)
step(review, "start_scoring", secretary, score_due=clock.today() + dt.timedelta(days=14))
second = way.members(review)[1]
first = second.assignments.order_by("pk").select_related("score")[1]
must = TypedScore("agree", comment="监测记录不足一年，须补齐", comment_kind="must")
scoring.save_score(member=second, item_id=first.item_id, typed=must, version=first.score.version, by=second.expert.user)
way.score_alone(review)
way.call_meeting(review, people, at=start + dt.timedelta(minutes=1))
with clock.at(start + dt.timedelta(minutes=2)):
    way.hold_meeting(review, people, None)
"""


@pytest.fixture
def enter(demo, browser, album):
    known, actors = accounts(demo), []

    def one(seat):
        actors.append(Actor(browser, demo.url, album, known[seat]))
        return actors[-1]

    yield one
    for actor in actors:
        actor.close()


def run(demo, code):
    return demo.run("manage.py", "shell", "--verbosity", "0", "--command", code).splitlines()[-1:]


def step(actor, address, label, reason=""):
    """Take a step on the page of the assessment."""
    actor.open(address)
    actor.step(label, reason=reason)


def file_it(preparer, reviewer, address):
    """The checklist is filled in, handed up by one person and signed by another."""
    preparer.open("/desk/?all=1", "填报阶段评估")
    preparer.open(f"{address}mechanism/")
    for one in CHECKLIST:
        preparer.page.locator(f"[name='state-{one.key}']").select_option(label="已建立")
        preparer.page.locator(f"[name='text-{one.key}']").fill("已发文建立，按季运行。")
    preparer.shoot("mechanisms", axe=True)
    preparer.press("保存", "管理机制已保存")
    step(preparer, address, "提交审核")
    preparer.see("待签发")
    step(reviewer, address, "签发并报送")
    reviewer.see("已报送，待组织评估", "JD-")
    reviewer.shoot("filed", axe=True)


def answer(actor, words):
    """Reply to what must be followed, on the list of the panel's opinions."""
    card = actor.page.locator("section.gd-card", has_text="监测记录不足一年，须补齐").last
    card.get_by_label("答复").fill(words)
    with actor.page.expect_navigation():
        card.get_by_role("button", name="提交答复").click()
    actor.see("已答复")


def close_the_must(preparer, reviewer, officer, address):
    """整改 is handed in once the must is answered, and passes once it is closed."""
    reviewer.open(address, "还有1条须修改的评审意见没有答复")
    preparer.open("/desk/?all=1", "评审意见待答复2条，其中须修改1条")
    preparer.open(f"{address}opinions/")
    answer(preparer, "已补齐一年的监测记录")
    preparer.shoot("opinions", axe=True)
    step(reviewer, address, "报送整改报告")
    officer.open(address, "还有1条须修改的评审意见没有销号")
    officer.follow("逐条答复和复核")
    card = officer.page.locator("section.gd-card", has_text="监测记录不足一年，须补齐").last
    with officer.page.expect_navigation():
        card.get_by_role("button", name="复核通过，销号").click()
    officer.see("已销号")
    officer.shoot("opinions-closed", axe=True)


def test_failed_mended_and_checked_again(demo, enter):
    [key] = run(demo, OPEN)
    address = f"/assessments/stages/{key}/"
    preparer, reviewer, officer = enter("preparer"), enter("reviewer"), enter("city_officer")

    file_it(preparer, reviewer, address)
    step(officer, address, "组织专家评估")
    run(demo, PANEL % key)
    officer.open(address, "待拟定结论")
    officer.follow("拟定结论")
    for one in CHECKLIST:
        found = "未建立" if one.key == "evaluation" else "已建立"
        officer.page.locator(f"[name='holds-{one.key}']").select_option(label=found)
    officer.press("拟定结论，送审核", "请填写评估意见", expected=409)
    officer.fill({"评估意见": "动态评估机制没有运行记录，应限期整改。"})
    officer.press("拟定结论，送审核", "没有写明依据", expected=409)
    officer.page.locator("[name='note-evaluation']").fill("现场核查：2027年没有评估记录")
    officer.shoot("judging", axe=True)
    officer.press("拟定结论，送审核", "结论已拟定，送审核")
    step(enter("city_checker"), address, "审核同意")
    director = enter("city_director")
    director.open(address, "还不能审定为合格")
    director.shoot("deciding", axe=True)
    step(director, address, "审定为不合格")
    director.see("不合格，整改中")

    preparer.open("/desk/?all=1", "整改")
    step(preparer, address, "申请整改延期", "监测设备到货推迟")
    step(director, address, "同意延期")
    director.see("已延期一次")
    preparer.open(address)
    preparer.fill({"整改报告": "已建立按季评估制度，附首次评估记录。"})
    preparer.press("保存整改报告")
    preparer.shoot("rectifying", axe=True)
    close_the_must(preparer, reviewer, officer, address)
    step(officer, address, "复核通过", "现场复核，制度已运行")
    officer.see("不合格，已完成整改", "精细化管理工作动态评估机制", "须修改的意见已全部销号")
    officer.shoot("mended", axe=True)
