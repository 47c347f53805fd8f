"""URLs of this app."""

from django.urls import URLPattern

from assessments.evidence import urls as evidence
from assessments.experts import urls as experts
from assessments.findings import urls as findings
from assessments.inspections import urls as inspections
from assessments.post_evaluations import urls as post_evaluations
from assessments.recusals import urls as recusals
from assessments.reviews import urls as reviews
from assessments.score_page import urls as score_page
from assessments.score_releases import urls as score_releases
from assessments.self_checks import urls as self_checks
from assessments.share_page import urls as share_page
from assessments.stage_assessments import urls as stage_assessments
from assessments.versions import urls as versions
from assessments.workbook import urls as workbook
from assessments.worklist import urls as worklist
from assessments.yearly_reports import urls as yearly_reports

app_name = "assessments"
features = (
    score_page,
    workbook,
    versions,
    worklist,
    self_checks,
    findings,
    share_page,
    evidence,
    reviews,
    experts,
    recusals,
    stage_assessments,
    score_releases,
    inspections,
    yearly_reports,
    post_evaluations,
)
urlpatterns: list[URLPattern] = [one for feature in features for one in feature.urlpatterns]
