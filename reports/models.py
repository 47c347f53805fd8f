"""Tables of the reports."""

from reports.jobs.models import Asker, ExportJob, ReportFile
from reports.sensitivity.models import Sensitivity

__all__ = ["Asker", "ExportJob", "ReportFile", "Sensitivity"]
