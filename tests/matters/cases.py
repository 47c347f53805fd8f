"""Applications, acceptances, changes, losses of title: each at any state of its life, and what its steps ask for."""

import datetime as dt
from typing import Any, ClassVar

from django.urls import reverse

from approvals.acceptances import services as visits
from approvals.acceptances.lifecycle import ACCEPTANCE
from approvals.applications.lifecycle import APPLICATION
from approvals.applications.services import cases
from approvals.cases.bindings import NewFinding
from approvals.cases.checklist import FORM_REVIEW
from approvals.cases.models.cases import Finding, PaperEntry
from approvals.cases.selectors.cases import cases_visible_to
from approvals.changes.lifecycle import CHANGE
from approvals.consultations import services as consultations
from approvals.losses.lifecycle import LOSS
from approvals.losses.models import LossFile
from assessments.reviews.models import Review
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.policy.models import Setting
from tests.approvals.changes.test_change import Asked
from tests.factories.acceptance import WAYS, Accepting, Losing, failing
from tests.factories.approvals import Filing, pdf
from tests.matters.matter import Matter

ENTRY = {"way": "phone", "received_on": "2026-03-02", "on_behalf": "演示来件人", "note": "来电核实"}
UNCHECKED = {"approval_chain.default": ["经办", "审定"]}
ADVERSE = {"approval_chain.cancel_or_revoke": ["经办", "法制审核", "审定"]}
SILENT = {"publicity.on": False}


class CaseMatter(Matter):
    """A case, moved by the factory of its kind. Steps stand on the case's panel and on a page of their own, which takes what is typed."""

    routes = ("approvals:case", "")
    slow = True
    notes = ("{machine}:{pk}:", "consultation")
    elsewhere = frozenset({"announce"})  # a batch announces its cases
    own_pages = {"correct": "approvals:case_correct", "consult": "approvals:case_consult"}
    # (step, state) → (conclusion of the panel, settings) without which something stands against it
    only_with: ClassVar[dict[tuple[str, str], tuple[str, dict[str, Any]]]] = {}
    scene: Any

    def __init__(self):
        self.scene = self.made()
        self.people, self.obj = self.scene.people, self.scene.case

    def made(self):
        """The factory of the kind, with a draft."""
        raise NotImplementedError

    def fresh(self):
        self.scene.case = super().fresh()
        return self.obj

    def set_to(self, settings):
        """Settings of the policy."""
        for key, value in settings.items():
            Setting.objects.create(key=key, value=value, reason="测试", by=self.people.city_director, at=clock.now())

    def ready(self, action):
        conclusion, settings = self.only_with.get((action, self.state), ("", {}))
        if conclusion:
            Review.objects.filter(pk=self.obj.review_id).update(conclusion=conclusion)
        self.set_to(settings)
        if action.startswith("enter_") and self.obj.sent_at is None:  # what came on paper is in the city's sight from the start
            self.store(sent_at=clock.now())
        return self.typed(action)

    def typed(self, action):
        """What is typed into the form of a step, besides the reason, on the day of the test."""
        day = clock.today().isoformat()
        decision = {"number": "演决7", "decided_on": day}
        return {
            "decide": decision,
            "decide_failed": decision,
            "recheck": {"on": day, "note": "组长已复核"},
            "open_notice": {"opens_on": day, "body": "拟授予称号（虚构）"},
            "open_visit": {"planned_on": day, "place": "演示门口", "members": "甲"},
            "correct": {"slot-1": "application", "text-1": "缺图"},
            **dict.fromkeys(("enter_sign", "enter_send_up", "enter_withdrawal"), ENTRY),
            "enter_answer": {**ENTRY, **{f"answer-{row.pk}": "已盖章" for row in Finding.objects.all()}},
        }.get(action, {})

    def url(self, action):
        own = self.own_pages.get(action)
        return reverse(own, args=[self.obj.pk]) if own else reverse("approvals:case_action", args=[self.obj.pk, action])

    def sees(self, user):
        return self.obj in cases_visible_to(Viewer(user))


class ApplicationMatter(CaseMatter):
    machine = APPLICATION
    only_with = {
        ("recheck", "reviewed"): ("passed_after", {}),
        ("to_check", "reviewed"): ("passed", SILENT),
        ("to_decide", "reviewed"): ("passed", {**UNCHECKED, **SILENT}),
        ("to_legal_at_once", "reviewed"): ("failed", ADVERSE),
        ("close_notice_to_decide", "notice"): ("passed", UNCHECKED),
        ("to_legal", "checking"): ("failed", {}),
    }
    ways = {
        "signing": lambda filing: filing.to_signing(),
        "endorsing": lambda filing: filing.to_endorsing().endorse(),
        "sent": lambda filing: filing.to_sent(),
        "correcting": lambda filing: filing.to_correcting().answer_all(),
        "accepted": lambda filing: filing.to_accepted().check_form(),
        "reviewing": lambda filing: filing.to_reviewing(),
        "revising": lambda filing: filing.to_reviewed("revise"),
        "reviewed": lambda filing: filing.to_reviewed(),
        "notice": lambda filing: filing.to_notice().end_notice(),
        "checking": lambda filing: filing.to_checking(),
        "legal": lambda filing: filing.to_reviewed("failed").do("to_check", "city_officer").do("to_legal", "city_checker"),
        "deciding": lambda filing: filing.to_deciding(),
        "decided": lambda filing: filing.to_decided(),
        "announced": lambda filing: filing.to_announced(),
        "refused": lambda filing: filing.to_sent().do("refuse", "city_officer", reason="范围不符（虚构）"),
        "failed": lambda filing: filing.to_reviewed("failed"),
        "withdrawn": lambda filing: filing.to_sent().do("withdraw", "reviewer", reason="调整范围（虚构）"),
        "discarded": lambda filing: filing.do("discard", "preparer"),
    }

    def made(self):
        return Filing()

    def to(self, state):
        self.ways.get(state, lambda _: None)(self.scene)
        self.store(status=state)


class AcceptanceMatter(CaseMatter):
    machine = ACCEPTANCE
    only_with = {
        ("recheck", "reviewed"): ("passed_after", {}),
        ("to_check", "reviewed"): ("passed", SILENT),
        ("to_decide", "reviewed"): ("passed", {**UNCHECKED, **SILENT}),
        ("close_notice_to_decide", "notice"): ("passed", UNCHECKED),
        ("decide_failed", "deciding"): ("failed", {}),
    }
    ways = {
        "signing": "to_signing", "sent": "to_sent", "visiting": "to_visited", "reviewing": "to_reviewing",
        "revising": "to_reviewing", "reviewed": "to_reviewed", "notice": "to_checking", "checking": "to_checking",
        "deciding": "to_deciding", "decided": "to_decided", "failed": "to_failed", "announced": "to_decided",
        "correcting": "to_sent", "accepted": "to_accepted", "refused": "to_sent", "withdrawn": "to_sent",
    }  # fmt: skip

    def made(self):
        return Accepting()

    def to(self, state):
        scene = self.scene
        if state == "revising":
            scene.to_reviewed("revise")
        elif state in self.ways:
            getattr(scene, self.ways[state])()
        if state == "correcting":
            scene.do("correct", "city_officer", findings=[NewFinding("未盖章", slot="application")])
            scene.do(cases.save_answers, "preparer", answers={row.pk: "已盖章" for row in Finding.objects.all()})
        elif state == "accepted":
            scene.do(cases.save_form_review, "city_officer", entries={key: (True, "") for key, _ in FORM_REVIEW})
        elif state == "notice":
            scene.case.notices.update(closed_at=None)
        elif state == "announced":
            scene.announce()
        self.store(status=state)

    def ready(self, action):
        if (action, self.state) == ("open_review", "accepted"):
            self.scene.do("open_visit", "secretariat", planned_on=clock.today(), place="演示管委会门口").look()
            self.scene.do(visits.close_visit, "secretariat", note="与申报基本相符", members="演示专家1\n演示专家2")
            self.store(status="accepted")
        return super().ready(action)


class ChangeMatter(CaseMatter):
    """A change of the star that is aimed at; those states that no step has reached are written past the services."""

    machine = CHANGE

    def made(self):
        return Asked().to_draft()

    def to(self, state):
        sent = None if state in {"draft", "signing", "discarded"} else clock.now()
        self.store(status=state, submitted_at=sent, sent_at=sent)

    def ready(self, action):
        moment, officer = clock.now(), self.people.city_officer
        if action in {"drop_entered", "enter_sign"}:
            given = {"way": "phone", "received_on": clock.today(), "on_behalf": "演示", "note": "来电"}
            PaperEntry.objects.create(case=self.obj, action="filing_change", entered_by=officer, entered_at=moment, **given)
            self.store(sent_at=moment)
        if action == "approve":
            self.set_to({"approval_chain.default": ["经办", "审核"]})
        if action == "return_change":
            consultations.ask(self.obj, [self.people.partner_body], "用地意见", officer)
        return super().ready(action)

    def typed(self, action):
        decision = super().typed("decide")
        asked = {"question": "用地意见", "departments": str(self.people.partner_body.pk)}
        return {"approve": decision, "refuse": decision, "consult": asked}.get(action) or super().typed(action)


class LossMatter(CaseMatter):
    """A revocation after two assessments that failed; states are written past the services, with the days that the steps read."""

    machine = LOSS
    untold = {"draft", "checking", "telling"}

    def made(self):
        return Losing(*failing()).to_draft()

    def to(self, state):
        moment, day = clock.now(), clock.today()
        self.store(status=state, submitted_at=None if state in self.untold else moment, sent_at=moment)
        LossFile.objects.update(hearing_due=day, legal_on=day, discussed_on=day, intent_number="演告9")

    def ready(self, action):
        if action == "lapse":
            LossFile.objects.update(hearing_due=clock.today() - dt.timedelta(days=1))
        if action == "serve":
            self.store(decision_number="演决9")
        if action == "to_tell":
            self.set_to(ADVERSE)
        return super().ready(action)

    def typed(self, action):
        day = clock.today().isoformat()
        brought = {"tell", "legal_agree", "discuss", "serve"}
        typed = {
            "tell": {"number": "演告〔2026〕7号", "intent_served_on": day},
            "state": {"statement": "两个项目收尾"},
            "enter_statement": {**ENTRY, "statement": "两个项目收尾"},
            "to_legal": {"considered": "不予采纳"},
            "discuss": {"minutes_number": "演纪7", "discussed_on": day, "discussed_by": "五人", "discussion": "同意"},
            "decide": {"number": "演决7", "decided_on": day, "remedies": WAYS},
            "decide_not": {"number": "演决8", "decided_on": day},
            "serve": {"served_on": day, "served_way": "直接送达", "served_to": "演示签收人", "decision_scan": pdf()},
        }.get(action, {})
        return {**typed, "scan": pdf()} if action in brought else typed
