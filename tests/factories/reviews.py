"""A review at any point of its life, on the reference edition and the fixed cast; all fictional."""

import datetime as dt

from assessments.experts.models import ExpertEmployment, ExpertProfile
from assessments.reviews.enums import Judgement
from assessments.reviews.models import Review
from assessments.reviews.rules import agreed_until, opinion_mark
from assessments.reviews.services import meeting, meeting_records, opening, scoring
from assessments.reviews.services import meeting_records as members
from assessments.reviews.services.scoring import TypedScore
from assessments.tables.models import ScoreRow, ScoreTable
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.core import clock
from greendistrict.documents.services import store_bytes
from indicators.editions.selectors import rules_for
from tests.factories.accounts import Cast, cast, make_organisation, make_user
from tests.factories.districts import make_district
from tests.factories.editions import reference_edition
from tests.files import chinese_pdf
from tests.steps import draw_for, step, version_of

TYPE, STAGE = "new", "planning"
DIMENSIONS = ("resilience", "livability", "lowcarbon", "vitality", "smart")
# What a meeting knows of its table when everybody came, confirmed and signed in person.
AT_THE_TABLE = {"quorum": 5, "present": 5, "uncovered_present": (), "unconfirmed": (), "turned_down": (), "unchecked": (), "uncompared": ()}


def best_value(item):
    """A value that earns full points, or makes a control hold; None for kinds the tests do not care about."""
    rule = item.rule
    kind = "limit" if rule["kind"] == "pass" and "op" in rule else rule["kind"]
    values = {
        "pass": lambda: True,
        "limit": lambda: _measured(item, rule["at"]),
        "steps": lambda: _measured(item, rule["steps"][-1]["at"]),
        "checklist": lambda: [part["key"] for part in rule["parts"]],
        "claimed": lambda: str(int(item.points)),
        "choice": lambda: max(rule["options"], key=lambda option: option["points"])["key"],
        "count": lambda: str(int(-(-rule["cap"] // rule["each"]))),
    }
    return values.get(kind, lambda: None)()


def _measured(item, at):
    return {"a": str(at), "b": "100"} if item.ratio else str(at)


def make_table(people, **kw) -> ScoreTable:
    """A submitted planning-stage table of a fictional district; one exclusion where the edition allows it."""
    district = kw.pop("district", None) or make_district(
        people, is_demo=True, name=kw.pop("name", "演示滨江新区（虚构）"), type=TYPE, target_star=2
    )
    edition = reference_edition()
    table = ScoreTable.objects.create(
        district=district, edition=edition, purpose="application", type=TYPE, stage=STAGE, status="submitted", created_at=clock.now()
    )
    items = rules_for(edition).table(TYPE, STAGE).items.values()
    rows = [ScoreRow(table=table, item_id=item.id, order=order, value=best_value(item)) for order, item in enumerate(items)]
    excluded = next(row for row, item in zip(rows, items, strict=True) if item.may_exclude and not item.is_control)
    excluded.value, excluded.exclusion_reason = None, "区内没有此类用地（虚构）"
    ScoreRow.objects.bulk_create(rows)
    return table


def make_experts(people, extra: int = 4) -> list[ExpertProfile]:
    """The cast's five experts and some more, each judging two dimensions so that most panels cover all of them."""
    users = list(people.experts)
    for number in range(extra):
        employer = make_organisation(OrganisationKind.EXPERT, f"演示学会{number}（虚构）")
        users.append(make_user(Role.EXPERT, employer, username=f"expertx{number}", name=f"演示后备专家{number}"))
    found = []
    for number, user in enumerate(users):
        specialties = [DIMENSIONS[number % 5], DIMENSIONS[(number + 1) % 5], DIMENSIONS[(number + 2) % 5]]
        expert = ExpertProfile.objects.create(user=user, specialties=specialties, valid_from=dt.date(2020, 1, 1), is_demo=True)
        ExpertEmployment.objects.create(expert=expert, organisation=user.posts.get().organisation, valid_from=dt.date(2020, 1, 1))
        found.append(expert)
    return found


def agreed_seen(review, item_id):
    """Mark of what a page opened now shows as agreed for the clause."""
    return agreed_until(review.agreed.filter(item_id=item_id))


def record_agreed(*, review, item_id, **more):
    """Record an agreement as from a page opened just now."""
    return meeting.record_agreed(review=review, item_id=item_id, seen=agreed_seen(review, item_id), **more)


def record_vote(*, review, member, **more):
    """Record a vote as from a page opened just now."""
    meeting.record_vote(review=review, member=member, version=version_of(member), **more)


def sign_in(review, members, by):
    """Sign members in as from a page opened just now."""
    meeting_records.sign_in(review=review, members=members, versions={member.pk: version_of(member) for member in members}, by=by)


def signing_in(*members):
    """Form of those who are ticked on a page opened just now."""
    return {"members": [member.pk for member in members], **{f"version-{member.pk}": version_of(member) for member in members}}


class Scene:
    """A review with its people; ``to_…`` methods move it on through the services."""

    def __init__(self, extra: int = 4, people: Cast | None = None):
        self.people = people or cast()
        self.table = make_table(self.people)
        self.experts = make_experts(self.people, extra)
        self.secretary = self.people.secretariat
        self.review = self.open()

    def open(self) -> Review:
        body = self.people.applicant_body
        subject = opening.ReviewSubject(
            title="演示滨江新区（虚构）试点申报",
            number="SQ-2026-0007",
            kind="试点申报",
            parties=[{"role": "申报主体", "organisation_id": body.pk, "name": body.name, "group": ""}],
            documents=[],
            star_asked=3,
        )
        return opening.open_review(table=self.table, subject=subject, by=self.secretary)

    @property
    def members(self):
        return list(self.review.members.filter(state="accepted").select_related("expert__user"))

    def to_inviting(self):
        step(self.review, "commit", self.secretary)
        draw_for(self.review, self.secretary)
        return self

    def accept(self, member):
        step(member, "accept", member.expert.user, declared=True)

    def to_scoring(self):
        self.to_inviting()
        for member in self.review.members.filter(state="invited").select_related("expert__user"):
            self.accept(member)
        due = clock.today() + dt.timedelta(days=14)
        step(self.review, "start_scoring", self.secretary, score_due=due)
        return self

    def cite_paper(self):
        """Let every clause cite the second page of one paper."""
        content = chinese_pdf("一二三十", "可再生能源替代率", "小计")
        paper = store_bytes(
            owner=self.table.district, content=content, name="批复.pdf", content_type="application/pdf", kind="plan", title="能源规划"
        )
        review = self.review
        review.refresh_from_db()
        for claim in review.claims.values():
            claim["evidence"] = [{"title": paper.title, "key": str(paper.key), "type": paper.content_type, "page": 2, "passage": ""}]
        review.subject["documents"] = [{"title": paper.title, "key": str(paper.key)}]
        review.save(update_fields=["claims", "subject"])
        return self

    def clause(self, member, **narrowed):
        """A clause of this member that earns points and claims some."""
        rows = member.assignments.filter(**narrowed).order_by("pk")
        return next(one.item_id for one in rows if self.review.claims[one.item_id]["points"] not in {None, "0"})

    def judge(self, member, item_id, judgement=Judgement.AGREE, **typed):
        score = member.assignments.get(item_id=item_id).score
        given = TypedScore(judgement, **typed)
        return scoring.save_score(member=member, item_id=item_id, typed=given, version=score.version, by=member.expert.user)

    def hand_in(self, member):
        left = member.assignments.filter(score__judgement="").count()
        scoring.confirm_rest(member=member, expected=left, by=member.expert.user)
        scoring.submit_scores(member=member, by=member.expert.user)

    def call(self):
        at = clock.now() + dt.timedelta(days=7)
        meeting.call_meeting(review=self.review, at=at, place="演示会议室（虚构）", by=self.secretary, version=version_of(self.review))
        members.name_chair(review=self.review, member=self.members[0], by=self.secretary, version=version_of(self.review))

    def to_meeting(self):
        self.to_scoring()
        return self.finish_scoring()

    def finish_scoring(self):
        for member in self.members:
            if member.submitted_at is None:
                self.hand_in(member)
        self.call()
        self.review.refresh_from_db()
        step(self.review, "open_meeting", self.secretary)
        return self

    def sign_in(self):
        sign_in(self.review, self.members, self.secretary)
        return self

    def confirm_all(self):
        agreed = list(self.review.agreed.values_list("item_id", flat=True))
        for member in self.members if agreed else ():
            meeting_records.confirm_agreed(
                review=self.review,
                member=member,
                item_ids=agreed,
                agrees=True,
                by=member.expert.user,
                seen=agreed_until(self.review.agreed.all()),
            )

    def sign_all(self, vote="passed"):
        self.sign_in().confirm_all()
        self.review.refresh_from_db()
        meeting.save_opinion(review=self.review, opinion="同意通过评审（虚构）。", seen=opinion_mark(self.review), by=self.secretary)
        self.review.refresh_from_db()
        for member in self.members:
            record_vote(review=self.review, member=member, vote=vote, by=member.expert.user)
            meeting_records.sign_opinion(review=self.review, member=member, by=member.expert.user, seen=opinion_mark(self.review))

    def to_concluded(self):
        self.to_meeting()
        self.sign_all()
        step(self.review, "conclude", self.secretary, conclusion="passed", star=3, star_reason="")
        return self
