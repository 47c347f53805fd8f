"""Drawing the panel of five, replacing an expert who steps back, the chair, dealing the clauses."""

import datetime as dt
import re
from itertools import chain

from tests.e2e.steps.actor import Actor
from tests.e2e.steps.year import Year
from tools.demo.people import SPECIALTIES

OF_THE_APPLICANTS_GROUP = "expert8"


def act(actor: Actor, review: str, label: str) -> None:
    """Take a step of the review."""
    actor.open(review)
    actor.step(label)


def draw(year: Year) -> None:
    """The secret's digest is recorded before the list freezes; then five are drawn, nobody of the applicant's group among them."""
    secretary, review = year.at("secretariat"), year.facts["review"]
    secretary.open(f"{review}pool/", "姜演示", "演示城投")
    secretary.shoot("pool", axe=True)
    act(secretary, review, "登记抽取种子校验值")
    act(secretary, review, "抽取专家")
    secretary.see("核对数据")
    assert len(invited(year)) == 5
    assert secretary.page.get_by_text("待答复").count() == 5
    secretary.shoot("drawn", axe=True)


def invited(year: Year) -> dict[str, str]:
    """Seats (account names) of the experts who find an invitation, with its place 专家n; asks as each expert would: in the list."""
    found = {}
    for seat in sorted(seat for seat in year.accounts if seat.startswith("expert")):
        expert = year.at(seat)
        expert.open("/assessments/reviews/")
        if expert.page.get_by_role("link", name="去答复").or_(expert.page.locator(f"a[href^='{year.facts['review']}']")).count():
            found[seat] = expert.text()
    return found


def who_steps_back(asked: list[str]) -> str:
    """The first whose seat one of the others can take, because a panel covers every chapter; in one panel of forty it is not the first."""
    others = set(SPECIALTIES) - set(asked) - {OF_THE_APPLICANTS_GROUP}
    return next(seat for seat in asked if any(_covers({*asked, new} - {seat}) for new in others))


def _covers(panel: set[str]) -> bool:
    return set(chain.from_iterable(SPECIALTIES[seat] for seat in panel)) == set(chain.from_iterable(SPECIALTIES.values()))


def reply(year: Year) -> None:
    """Four accept with the declaration; one, who has worked for the applicant, steps back; a substitute is drawn and accepts."""
    review, asked = year.facts["review"], list(invited(year))
    away = who_steps_back(asked)
    stay = [seat for seat in asked if seat != away]
    expert = year.at(away)
    expert.open(f"{review}invitation/")
    expert.shoot("invitation", axe=True)
    expert.page.get_by_role("radio", name=re.compile("^声明回避")).check()
    expert.fill({"理由": "两年前参与过本项目的前期咨询"})
    expert.press("提交答复")
    expert.press("声明回避")
    for seat in stay:
        _accept(year, seat)
    secretary = year.at("secretariat")
    secretary.open(review, "已回避", "两年前参与过本项目的前期咨询")
    act(secretary, review, "登记抽取种子校验值")
    act(secretary, review, "补抽专家")
    new = [seat for seat in invited(year) if seat not in asked]
    assert len(new) == 1
    _accept(year, new[0])
    year.facts["panel"] = [*stay, *new]
    year.leave(away)


def _accept(year: Year, seat: str) -> None:
    expert = year.at(seat)
    expert.open(f"{year.facts['review']}invitation/")
    expert.page.get_by_role("radio", name="接受邀请").check()
    expert.press("提交答复", expected=422)  # the declaration is missing
    expert.page.get_by_label("本人与所列各单位三年内无任职").check()
    expert.press("提交答复", "已接受邀请")


def assign(year: Year) -> None:
    """The chair is named, clauses are assigned with a last day for the scores."""
    secretary = year.at("secretariat")
    secretary.open(year.facts["review"])
    secretary.press("指定为组长")
    secretary.fill({"评分截止": (year.today + dt.timedelta(days=14)).isoformat()})
    secretary.press("分派条文，开始评分")
    if secretary.page.locator("input[name='confirmed']").count():
        secretary.press("分派条文，开始评分")
    secretary.see("专家评分", "组长")
    assigned = [int(text) for text in re.findall(r"0 / (\d+)", secretary.text())]
    assert len(assigned) == 5
    assert sum(assigned) >= 2 * 109  # two readers at least for every clause
    secretary.shoot("assigned", axe=True)
