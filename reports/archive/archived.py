"""The matters from which volumes are made, by the name of their kind in addresses."""

from collections.abc import Mapping

from greendistrict.workflow.letters import slug_of
from reports.archive.assessment_papers import SOURCES
from reports.archive.case_papers import CASES
from reports.archive.definitions import ArchiveSource
from reports.archive.yearly_papers import YEARLY

ARCHIVE_SOURCES: Mapping[str, ArchiveSource] = {slug_of(source.model): source for source in (CASES, *SOURCES, *YEARLY)}
