"""Tables of the reports."""

from reports.jobs.models import Asker, BatchPart, ExportJob, ReportFile
from reports.sensitivity.models import Sensitivity

__all__ = ["Asker", "BatchPart", "ExportJob", "ReportFile", "Sensitivity"]
