"""Register this app with registries of other apps; called once when the models are ready."""

from assessments.self_checks.report import report_figures
from assessments.yearly_reports.report import operation_figures
from districts.file.rules import own_side_by
from greendistrict.documents.registry import register_owner
from operation.entries.rules import may_add_files
from operation.entries.sections import SECTIONS
from operation.ledger.report_figures import FIGURES, SELF_CHECK_FIGURES
from operation.ledger.selectors import visible_by


def wire() -> None:
    """Register who may open files of the ledger, and its sentences for the operation report and the self-check."""
    for figure in FIGURES:
        operation_figures.register(figure.key, figure)
    for figure in SELF_CHECK_FIGURES:
        report_figures.register(figure.key, figure)
    for section in SECTIONS:
        register_owner(section.model, visible_by(section.model), may_add_files, on_side=own_side_by("district"))
