"""Steps of an opinion of a case's panel."""

from approvals.opinions.lifecycle import OPINION
from approvals.opinions.models import ReviewOpinion
from assessments.opinions.procedure import opinion_steps

OPINION_STEPS = opinion_steps(OPINION, ReviewOpinion)
