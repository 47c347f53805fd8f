"""What is decided beside a case: batches and their corrections, remedies, requests, settings, texts of letters, opinions of panels."""

import datetime as dt

from django.urls import reverse

from approvals.amendments.lifecycle import AMENDMENT
from approvals.amendments.services import propose_amendment
from approvals.cases.models.cases import Case
from approvals.letter_texts.lifecycle import LETTER_WORDING
from approvals.letter_texts.services import propose_text
from approvals.opinions.lifecycle import OPINION
from approvals.opinions.models import ReviewOpinion
from approvals.publicity import services as announcements
from approvals.publicity.lifecycle import ANNOUNCEMENT
from approvals.remedies.lifecycle import REMEDY
from approvals.requests import services as requests
from approvals.requests.lifecycle import EXTENSION, RECTIFICATION
from approvals.setting_sheets.lifecycle import SETTING_SHEET
from approvals.setting_sheets.services import propose_sheet
from approvals.settings.lifecycle import SETTING
from approvals.settings.services import propose_setting
from approvals.titles.models.publicity import Announcement
from assessments.stage_assessments.lifecycle import STAGE_OPINION
from assessments.stage_assessments.models import StageOpinion
from greendistrict.core import clock
from greendistrict.policy.services import set_setting
from tests.approvals.remedies.test_remedies import OUTCOME, STAY, judge, record, stay
from tests.factories.acceptance import Losing, failing
from tests.factories.approvals import Filing
from tests.factories.stages import make_stage
from tests.matters.matter import Matter
from tests.steps import step


class AnnouncementMatter(Matter):
    """A batch of one decided application."""

    machine = ANNOUNCEMENT
    slow = True
    routes = ("approvals:announcement_edit", "approvals:announcement_edit")
    notes = ("",)  # the parties are told of their cases
    beside = frozenset({"city_director", "city_officer"})  # one approves where the other publishes

    def __init__(self):
        filing = Filing().to_decided()
        self.people, self.case = filing.people, filing.case
        self.obj = announcements.create_batch(by=self.people.city_officer, cases=[self.case], demo=True)

    def to(self, state):
        if state != "draft":
            self.approve()
            given = {"number": "演公告〔2026〕7号（虚构）", "announced_on": clock.today()}
            announcements.publish(announcement=self.obj, by=self.people.city_officer, **given)
        self.store(status=state)

    def approve(self):
        self.obj = announcements.approve(announcement=self.obj, by=self.people.city_director)

    def ready(self, action):
        if action == "approve":
            return {}
        self.approve()
        self.fresh()
        words = {"number": "演公告〔2026〕7号（虚构）", "title": "关于公布城区的公告（虚构）"}
        return {**words, "do": "publish", "cases": [str(self.case.pk)], "announced_on": clock.today().isoformat()}

    def page(self, action=""):
        return super().page() if self.state == "draft" else reverse("approvals:announcement", args=[self.obj.pk])


class AmendmentMatter(Matter):
    """A correction of the title of a published batch."""

    machine = AMENDMENT
    slow = True
    routes = ("approvals:amendments", "approvals:amendments_act")

    def __init__(self):
        self.people = Filing().to_announced().people
        given = {"subject": "title", "after": "另一标题（虚构）", "reason": "笔误（虚构）"}
        self.obj = propose_amendment(batch=Announcement.objects.get(), by=self.people.city_officer, **given)

    def to(self, state):
        if state in {"approved", "published"}:
            step(self.obj, "approve", self.people.city_director)
        if state == "published":
            step(self.obj, "publish", self.people.city_officer, number="演沪建公告〔2026〕78号", published_on=clock.today())
        self.store(status=state)

    def ready(self, action):
        return {"number": "演沪建公告〔2026〕78号", "published_on": clock.today().isoformat()} if action == "publish" else {}

    @property
    def keys(self):
        return [self.obj.announcement_id]


class RemedyMatter(Matter):
    """A reconsideration or suit after a title was revoked."""

    machine = REMEDY
    slow = True
    routes = ("approvals:remedy", "approvals:remedy_act")

    def __init__(self):
        self.people, district = failing()
        self.obj = record(self.people, Losing(self.people, district).to_served().announce().case)

    def to(self, state):
        if state in {"judged", "appealed"}:
            self.store(kind="suit")
            judge(self.people, self.obj)
        if state in {"found", "redoing", "closed"}:
            step(self.obj, "find", self.people.city_officer, **OUTCOME, on=clock.today(), scan=None, redo_by=None)
        if state == "redoing":
            self.of_an_application()
            step(self.obj, "confirm_redo", self.people.city_director)
        if state == "closed":
            step(self.obj, "confirm", self.people.city_director)
        self.store(status=state)

    def of_an_application(self):
        """What is annulled is decided anew, unless the title comes back."""
        Case.objects.filter(pk=self.obj.case_id).update(kind="SQ")

    def ready(self, action):
        today, before = clock.today().isoformat(), clock.today() - dt.timedelta(days=30)
        if action == "lift":
            stay(self.people, self.obj)
        if action == "ordinary":
            self.store(simplified=True)
        if action == "judge":
            self.store(kind="suit")
        if action == "effect":
            self.store(judged_on=before, filed_on=before)
        if action == "confirm_redo":
            self.of_an_application()
        self.fresh()
        return {
            "reply": {"number": "演建复答〔2026〕1号", "on": today},
            "stay": {**STAY, "on": today},
            "lift": {"on": today},
            "ordinary": {"on": today},
            "find": {**OUTCOME, "on": today},
            "judge": {**OUTCOME, "judgment": "judgment", "on": today},
            "appeal": {"filer": "city", "body": "演示高级人民法院（虚构）", "number": "（2026）演行终1号", "filed_on": today},
            "effect": {"on": today},
            "redone": {"number": "演沪建〔2026〕99号", "on": today, "words": "重新审查，授予试点称号（虚构）"},
        }.get(action, {})


class Asked(Matter):
    """A request that stands on the page of its case."""

    ids = "{machine.name}-{obj.pk}"

    def page(self, action=""):
        return reverse("approvals:case", args=[self.obj.case_id])

    def url(self, action):
        return reverse("approvals:asked_step", args=[self.obj.case_id, self.machine.name, self.obj.pk])


class ExtensionMatter(Asked):
    """More time for the corrections of an application."""

    machine = EXTENSION
    slow = True

    def __init__(self):
        filing = Filing().to_correcting()
        self.people = filing.people
        until = filing.case.corrections.get().due + dt.timedelta(days=9)
        self.obj = requests.ask_extension(case=filing.case, by=self.people.reviewer, until=until, reason="外业（虚构）")

    def to(self, state):
        if state == "deciding":
            step(self.obj, "forward", self.people.city_officer)
        self.store(status=state)


class RectificationMatter(Asked):
    """Another number of a decision."""

    machine = RECTIFICATION
    slow = True

    def __init__(self):
        filing = Filing().to_decided()
        self.people = filing.people
        given = {"field": "decision_number", "after": "演沪建〔2026〕9号", "reason": "登记有误（虚构）"}
        self.obj = requests.propose_rectification(case=filing.fresh(), by=self.people.city_officer, **given)

    def to(self, state):
        if state == "deciding":
            step(self.obj, "agree", self.people.city_checker)
        self.store(status=state)


class SettingMatter(Matter):
    machine = SETTING
    routes = ("approvals:setting", "approvals:setting_act")
    keys = ["supplement.days"]

    def make(self):
        return propose_setting(key=self.keys[0], value=20, reason="处务会议定（虚构）", by=self.people.city_officer)

    def ready(self, action):
        if (action, self.state) == ("decide", "proposed"):
            chain = {"key": "approval_chain.default", "value": ["经办", "审定"], "reason": "精简（虚构）"}
            set_setting(by=self.people.city_director, **chain)
        return {}


class SettingSheetMatter(Matter):
    machine = SETTING_SHEET
    routes = ("approvals:setting_sheet", "approvals:setting_sheet_act")

    def make(self):
        lines = [("supplement.days", 20, "处务会议定（虚构）"), ("form_review_days", 10, "")]
        return propose_sheet(part="settings", lines=lines, reason="年度参数表（虚构）", by=self.people.city_officer)

    def ready(self, action):
        return SettingMatter.ready(self, action)


class LetterTextMatter(Matter):
    machine = LETTER_WORDING
    routes = ("approvals:letter_text", "approvals:letter_text_act")
    keys = ["remedies"]

    def make(self):
        text, since = "不服本决定的，可以依法申请行政复议。", clock.today() + dt.timedelta(days=1)
        return propose_text(key=self.keys[0], text=text, since=since, reason="法制会商（虚构）", by=self.people.city_officer)

    def to(self, state):
        if state == "decided":
            step(self.obj, "decide", self.people.city_director)
        self.store(status=state)


class OpinionMatter(Matter):
    """An opinion of the panel about an application, for which a bureau answers."""

    machine = OPINION
    slow = True
    model = ReviewOpinion
    step_url = "approvals:opinion_step"
    ids = "{obj.pk}"
    labels = {"评审秘书（全部答复后）": {"secretariat"}, "申报主体（全部销号后）": {"preparer", "reviewer"}, "责任单位": {"bureau"}}

    def __init__(self):
        filing = Filing().to_reviewing()
        self.people = filing.people
        line = {"number": 1, "field": "能源", "item_id": "4.1.1", "text": "补充（虚构）", "kind": "must", "drawn_up_at": clock.now()}
        line |= {"review": filing.case.review, "organisation": self.people.bureau_body, "body": self.people.bureau_body.name}
        self.obj = self.model.objects.create(**line, **self.about(filing))

    def about(self, filing):
        """The matter that the opinion is about."""
        return {"case": filing.case}

    def to(self, state):
        self.store(status=state, reply="已补充（虚构）")

    def ready(self, action):
        return {"reply": "已补充第3章（虚构）"} if action == "reply" else {}

    def wait(self):
        self.store(organisation=None)  # otherwise the bureau's alone

    def page(self, action=""):
        return reverse(self.obj.PAGE, args=[self.obj.matter.pk])

    def url(self, action):
        return reverse(self.step_url, args=[self.obj.matter.pk, self.obj.pk])


class StageOpinionMatter(OpinionMatter):
    """The same about a stage assessment."""

    machine = STAGE_OPINION
    slow = True
    model = StageOpinion
    step_url = "assessments:stage_opinion_step"

    def about(self, filing):
        return {"stage": make_stage(self.people, filled=False, status="judging")}
