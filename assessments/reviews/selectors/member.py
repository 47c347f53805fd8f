"""An expert's own membership of a panel, with the data its pages and saves need."""

from assessments.experts.models.experts import ExpertProfile
from assessments.reviews.models import PanelMember, Review
from assessments.tables.models import ScoreTable
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.django_internals import Joined
from indicators.editions.models import Edition

# Results, opinions and the district's long texts are not loaded.
MEMBER = Joined(
    """
    SELECT {member}, {expert}, {review}, {t}, {district}, {edition} FROM assessments_panelmember member
    JOIN assessments_expertprofile expert ON expert.id = member.expert_id
    JOIN assessments_review review ON review.id = member.review_id JOIN assessments_scoretable t ON t.id = review.table_id
    JOIN districts_district district ON district.id = t.district_id JOIN indicators_edition edition ON edition.id = t.edition_id
    WHERE member.review_id = %s AND expert.user_id = %s AND member.state = ANY(%s)
    """,
    member=(PanelMember, [field.name for field in PanelMember._meta.concrete_fields]),
    expert=(ExpertProfile, [field.name for field in ExpertProfile._meta.concrete_fields]),
    review=(Review, [field.name for field in Review._meta.concrete_fields if field.name not in {"result", "opinion", "star_reason"}]),
    t=(ScoreTable, [field.name for field in ScoreTable._meta.concrete_fields if field.name != "result"]),
    district=(District, ("id", "code", "name", "type", "stage", "applicant", "is_demo")),
    edition=(Edition, ("id", "code", "title", "official", "complete", "digest")),
)

# SQL for the figures of the page frame; needed because handing in scores is not a logged step.
LAST_SCORES = "SELECT max(submitted_at) FROM assessments_panelmember"


def member_of(viewer: Viewer, review: int, *states: str) -> PanelMember | None:
    """The user's membership of the review in one of the given states, or None."""
    found = MEMBER.read(review, viewer.person, list(states))
    if not found:
        return None
    row = found[0]
    member: PanelMember = row["member"]
    member.expert, member.review = row["expert"], row["review"]
    member.expert.user, member.review.table = viewer.user, row["t"]
    member.review.table.district, member.review.table.edition = row["district"], row["edition"]
    return member
