"""Columns of a job as the report centre names and filters them."""

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, TextColumn, WholeColumn, YearColumn
from reports.archive.columns import LARGEST
from reports.jobs.models import ExportJob

JOB = Columns(
    ExportJob,
    kind=TextColumn(),
    state=ChoiceColumn(),
    year=YearColumn(),
    district=TextColumn(),
    requested_by=TextColumn(),
    pages=WholeColumn(most=LARGEST),
    expires_at=TextColumn(),
)
