"""Models of the reports."""

from reports.archive.models import ArchiveItem, ArchiveVolume
from reports.closings.models import ClosingEdition, FrozenFigures, StockRecord, YearClosing
from reports.jobs.models import Asker, BatchPart, ExportJob, ReportFile
from reports.letters.models import LetterCopy
from reports.sensitivity.models import Sensitivity

__all__ = [
    "ArchiveItem",
    "ArchiveVolume",
    "Asker",
    "BatchPart",
    "ClosingEdition",
    "ExportJob",
    "FrozenFigures",
    "LetterCopy",
    "ReportFile",
    "Sensitivity",
    "StockRecord",
    "YearClosing",
]
