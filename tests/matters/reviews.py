"""A review of a submitted table, a member of its panel, and the scores that the secretariat types for a member from paper."""

import datetime as dt

from django.urls import reverse

from assessments.experts.models import ExpertProfile
from assessments.reviews.lifecycle.paper import PAPER
from assessments.reviews.lifecycle.review import MEMBER, REVIEW
from assessments.reviews.models import PaperScores
from greendistrict.accounts.enums import Role
from greendistrict.core import clock
from tests.factories.accounts import make_user
from tests.factories.reviews import Scene
from tests.matters.matter import Matter
from tests.steps import step, version_of


class Panelled(Matter):
    """What the three have in common: the scene of the review."""

    def __init__(self):
        self.scene = Scene()
        self.people = self.scene.people
        self.obj = self.make()

    def seats(self):
        """The draw chooses: one of those who were drawn and one who was not stand for the experts."""
        drawn = set(self.scene.review.members.values_list("expert", flat=True))
        kinds = {expert.pk in drawn: expert.user for expert in self.scene.experts}
        others = {name: user for name, user in super().seats().items() if name != "expert1"}
        return others | {"drawn" if is_drawn else "not_drawn": user for is_drawn, user in kinds.items()}

    def address(self, name, *args):
        return reverse(f"assessments:{name}", args=[self.scene.review.pk, *args])

    def accounts(self, **narrowed):
        """Seats of the cast, or user names of those who are not in it, behind members of the panel."""
        known = {user.pk: seat for seat, user in self.people.everybody.items()}
        rows = self.scene.review.members.filter(**narrowed).select_related("expert__user")
        return {known.get(row.expert.user_id, row.expert.user.username) for row in rows}


class ReviewMatter(Panelled):
    machine = REVIEW
    routes = ("assessments:review", "assessments:review_action")
    pages = {"adjourn": "review_adjourn", "conclude": "review_conclude", "appoint": "review_appoint", "reappoint": "review_appoint"}
    before: set[str]

    def make(self):
        return self.scene.review

    def to(self, state):
        if state == "inviting":
            self.scene.to_inviting()
        elif state == "scoring":
            self.scene.to_scoring()
        elif state in {"meeting", "concluded"}:
            self.scene.to_meeting().sign_all()
        if state == "concluded":
            self.conclude()
        if state == "stopped":
            self.store(status=state)
        self.scene.review = self.fresh()

    def conclude(self):
        step(self.scene.review, "conclude", self.scene.secretary, conclusion="passed", star=3, star_reason="")

    def ready(self, action):
        self.before = self.accounts(state="invited")
        values = self.prepared(action)
        self.scene.review = self.fresh()
        return values

    def prepared(self, action):
        """Values of the step's form, once its panel is as the step needs it."""
        if action in {"redraw", "reappoint"} or (action == "commit" and self.state != "preparing"):
            self.free_place()
        if action in {"draw", "redraw"}:
            step(self.scene.review, "commit", self.scene.secretary)
        elif action in {"appoint", "reappoint"}:
            return self.appointed(5 if action == "appoint" else 1)
        elif action == "start_scoring":
            for member in self.scene.review.members.select_related("expert__user"):
                self.scene.accept(member)
            return {"score_due": (clock.today() + dt.timedelta(days=9)).isoformat()}
        elif action == "open_meeting":
            for member in self.scene.members:
                self.scene.hand_in(member)
            self.scene.call()
        return {"conclusion": "passed", "star": "3"} if action == "conclude" else {}

    def appointed(self, count):
        """Experts of one specialty who are not in the panel, as a form names them."""
        ExpertProfile.objects.update(specialties=["lowcarbon"])
        left = ExpertProfile.objects.filter(pk__in=[one.pk for one in self.scene.experts]).exclude(memberships__review=self.scene.review)
        return {"experts": [str(pk) for pk in left.values_list("pk", flat=True)[:count]]}

    def free_place(self):
        """One place is empty; a member leaves a panel that scores already."""
        member = self.scene.review.members.select_related("expert__user").first()
        step(member, "decline" if member.state == "invited" else "recuse", member.expert.user, "出差（虚构）")

    def page(self, action=""):
        own = self.pages.get(action)
        return self.address(own if own == "review_appoint" else "review_meeting" if own else "review")

    def url(self, action):
        return self.address(self.pages.get(action, "review_action"))

    def receivers(self):
        drawn = self.accounts(state="invited") - self.before
        return {"专家组": self.accounts(state="accepted"), **dict.fromkeys(("抽中的专家", "补抽的专家", "被指定的专家"), drawn)}


class MemberMatter(Panelled):
    """A member of the panel who is in the cast."""

    machine = MEMBER

    def make(self):
        return None  # there is a panel once it was drawn

    def to(self, state):
        scene = self.scene.to_inviting() if state == "invited" else self.scene.to_scoring()
        experts = {user.pk for user in self.people.experts}
        self.obj = next(one for one in scene.review.members.select_related("expert__user") if one.expert.user_id in experts)
        self.store(state=state)
        self.before = version_of(scene.review)

    def seats(self):
        return {**super().seats(), "drawn": self.obj.expert.user}

    def ready(self, action):
        return {"declared": "on"} if action == "accept" else {}

    def page(self, action=""):
        return self.address("review") if action in {"", "drop_out"} else self.url(action)

    def url(self, action):
        if action in {"drop_out", "release"}:
            return self.address(f"review_{action}", self.obj.pk)
        return self.address("review_invitation" if self.state == "invited" else "review_recuse")

    def task(self):
        return self.address("review_invitation")

    def prefix(self, action):
        return str(self.obj.pk) if action == "drop_out" else "act"

    def receivers(self):
        return {"专家本人": self.accounts(pk=self.obj.pk)}

    def taken(self, action):
        assert version_of(self.scene.review) == self.before + 1, "the review's page showed another panel"


class PaperMatter(Panelled):
    """Scores of a member on paper, typed by one of the secretariat and checked by another."""

    machine = PAPER

    def make(self):
        self.other = make_user(Role.SECRETARIAT, self.people.secretariat_body, username="second")
        member = self.scene.to_scoring().members[0]
        entries = {item: {"judgement": "agree"} for item in member.assignments.values_list("item_id", flat=True)}
        return PaperScores.objects.create(member=member, typed_by=self.scene.secretary, typed_at=clock.now(), entries=entries)

    def seats(self):
        return {**super().seats(), "second": self.other}

    def to(self, state):
        self.store(status=state, typed_by=self.scene.secretary if state == "typing" else self.other)

    def ready(self, action):
        return {"do": "hand_over", **{f"{item}-judgement": "agree" for item in self.obj.entries}} if action == "hand_over" else {}

    def page(self, action=""):
        return self.address("paper_type" if self.state == "typing" else "paper_check", self.obj.member.number)

    def url(self, action):
        return self.page(action)

    def receivers(self):
        both = {"secretariat", "second"}
        own = self.accounts(pk=self.obj.member_id)
        return {"其他评审秘书": both, "评审秘书": both, "录入的评审秘书": {"second"}, "专家": own}
