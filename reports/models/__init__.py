"""Tables of the reports."""

from reports.models.jobs import Asker, ExportJob, ReportFile
from reports.models.sensitivity import Sensitivity

__all__ = ["Asker", "ExportJob", "ReportFile", "Sensitivity"]
