"""Five experts at five browsers: invited, scoring alone, at the table; whoever goes is replaced."""

import datetime as dt
import re

from greendistrict.core import clock
from tests.e2e.steps.actor import Actor
from tests.e2e.steps.meeting import confirm_the_rest, differ, judge_by_keys
from tests.e2e.steps.panel import act
from tests.e2e.steps.seats import Desk
from tests.factories.accounts import PASSWORD

KEYS_AT_MOST = 200


class Panel:
    """The review's address, its secretary, and the experts at their browsers by account name."""

    def __init__(self, desk: Desk, review: str):
        self.desk, self.review = desk, review
        self.secretary: Actor = desk["secretariat"]

    def page(self, name: str = "") -> str:
        """Address of a page of the review."""
        return f"{self.review}{name}"

    def invite(self) -> None:
        """Commit, then draw."""
        act(self.secretary, self.review, "登记抽取种子校验值")
        label = "补抽专家" if self.secretary.page.get_by_role("button", name="补抽专家").count() else "抽取专家"
        act(self.secretary, self.review, label)

    def accept(self, seat: str) -> None:
        """Accept with the declaration."""
        expert = self.desk[seat]
        expert.open(self.page("invitation/"))
        expert.page.get_by_role("radio", name="接受邀请").check()
        expert.page.get_by_label("本人与所列各单位三年内无任职").check()
        expert.press("提交答复")

    def decline(self, seat: str, reason: str) -> None:
        """Decline with a reason; nothing of the review is open afterwards."""
        expert = self.desk[seat]
        expert.open(self.page("invitation/"))
        expert.page.get_by_role("radio", name=re.compile("^谢绝")).check()
        expert.fill({"理由": reason})
        expert.press("提交答复")
        self.leave(seat)

    def leave(self, seat: str) -> None:
        """Close a browser; it must have seen nothing unexpected."""
        self.desk.actors.pop(seat).close()

    def assign(self) -> None:
        """Assign the clauses, or hand those of a seat that was left to its substitute."""
        self.secretary.open(self.review)
        if self.secretary.page.get_by_role("button", name="指定为组长").count() == 5:
            self.secretary.press("指定为组长")
        self.secretary.fill({"评分截止": (clock.today() + dt.timedelta(days=14)).isoformat()})
        self.secretary.press("分派条文，开始评分")

    def one_by_one(self, seat: str) -> None:
        """Judge every clause assigned by keys, C and Enter, then hand in."""
        expert = self.desk[seat]
        expert.open(self.page("score/"))
        left = int(re.search(r"0 / (\d+)", expert.text("#review-counts")).group(1))
        judge_by_keys(expert, min(left, KEYS_AT_MOST))
        expert.open(self.page("score/submit/"))
        expert.press("提交评分", "评分已提交")

    def the_rest(self, seat: str) -> None:
        """Confirm what was not judged and hand in."""
        confirm_the_rest(self.desk[seat], self.review)

    def differ(self, seat: str) -> str:
        """Give other points to one clause, as something that must be changed."""
        return differ(self.desk[seat], self.review, "须修改")

    def recuse(self, seat: str, reason: str) -> None:
        """Step back after the scores are in."""
        expert = self.desk[seat]
        expert.open(self.page("score/recuse/"))
        expert.fill({"回避情形": reason})
        expert.press("声明回避", "已声明回避")
        self.leave(seat)

    def sign(self, seat: str, vote: str) -> None:
        """Vote, and sign with the password; a wrong one signs nothing."""
        expert = self.desk[seat]
        expert.open(self.page("meeting/"))
        expert.page.locator("select[name='vote']").select_option(label=vote)
        expert.press("表决")
        expert.page.locator("#sign-password").fill(PASSWORD)
        expert.press("确认并签名", "已确认评审意见")
