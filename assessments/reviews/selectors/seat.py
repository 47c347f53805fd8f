"""An expert's own panel seat with the data that its pages and saves need."""

from assessments.experts.models.experts import ExpertProfile
from assessments.reviews.models.review import PanelMember, Review
from assessments.tables.models import ScoreTable
from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.core.sql_objects import Joined
from indicators.editions.models import Edition

# Results, opinions and the district's long texts stay where they are.
SEAT = Joined(
    """
    SELECT {seat}, {expert}, {review}, {t}, {district}, {edition} FROM assessments_panelmember seat
    JOIN assessments_expertprofile expert ON expert.id = seat.expert_id
    JOIN assessments_review review ON review.id = seat.review_id JOIN assessments_scoretable t ON t.id = review.table_id
    JOIN districts_district district ON district.id = t.district_id JOIN indicators_edition edition ON edition.id = t.edition_id
    WHERE seat.review_id = %s AND expert.user_id = %s AND seat.state = ANY(%s)
    """,
    seat=(PanelMember, [field.name for field in PanelMember._meta.concrete_fields]),
    expert=(ExpertProfile, [field.name for field in ExpertProfile._meta.concrete_fields]),
    review=(Review, [field.name for field in Review._meta.concrete_fields if field.name not in {"result", "opinion", "star_reason"}]),
    t=(ScoreTable, [field.name for field in ScoreTable._meta.concrete_fields if field.name != "result"]),
    district=(District, ("id", "code", "name", "type", "stage", "applicant", "is_demo")),
    edition=(Edition, ("id", "code", "title", "official", "complete", "digest")),
)

# SQL for the figures of the frame: handing in scores is no step of the log.
LAST_SCORES = "SELECT max(submitted_at) FROM assessments_panelmember"


def seat_of(user: User, review: int, *states: str) -> PanelMember | None:
    """Return the person's own seat on a review in one of the states, or None."""
    found = SEAT.read(review, user.pk, list(states))
    if not found:
        return None
    row = found[0]
    seat: PanelMember = row["seat"]
    seat.expert, seat.review = row["expert"], row["review"]
    seat.expert.user, seat.review.table = user, row["t"]
    seat.review.table.district, seat.review.table.edition = row["district"], row["edition"]
    return seat
