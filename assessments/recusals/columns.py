"""Columns of bodies that took part, and of requests for recusal."""

from assessments.recusals.models import ProjectBody, RecusalRequest
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import TextColumn

BODY = Columns.of(ProjectBody, "role", "name", "group")
RECUSAL_REQUEST = Columns.of(RecusalRequest, "person", "body", "reason", reason=TextColumn(rows=2))
