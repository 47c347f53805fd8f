"""Tables of the reports."""

from greendistrict.reports.models.jobs import ExportJob, ReportFile
from greendistrict.reports.models.sensitivity import Sensitivity

__all__ = ["ExportJob", "ReportFile", "Sensitivity"]
