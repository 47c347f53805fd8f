"""The sensitivity computation in the registry of kinds."""

from reports.composition.enums import FileFormat
from reports.jobs.enums import ReportKind, Sight
from reports.jobs.kinds import Report
from reports.sensitivity.selectors import result_context
from reports.sensitivity.services import sensitivity_files

KINDS = {
    ReportKind.SENSITIVITY: Report(
        "{subject}影响测算",
        sight=Sight.CITY,
        files=sensitivity_files,
        name="标准调整影响测算",
        formats=(FileFormat.XLSX,),
        material="影响测算",
        offered=False,
        asked_on="标准调整影响测算",  # with the limits that are moved
        result=result_context,
    )
}
