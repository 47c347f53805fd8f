"""Papers and packages of the archive in the registry of kinds."""

from typing import Any

from greendistrict.accounts.viewer import Viewer
from reports.archive.documents import catalogue_of, paper_level, remarks_of, transfer_list
from reports.archive.models import ArchiveVolume
from reports.archive.package import package_of
from reports.archive.selectors import packable_for, volumes_visible_to, years_with_volumes
from reports.composition.blocks import Composition
from reports.composition.enums import FileFormat
from reports.jobs.enums import Scope, Sight
from reports.jobs.kinds import Made, Progress, Report, Wanted, city
from reports.jobs.models import ExportJob

PAPERS = (FileFormat.PDF, FileFormat.DOCX, FileFormat.XLSX)


def _volume(job: ExportJob) -> ArchiveVolume:
    return volumes_visible_to(Viewer(None)).select_related("district", "prepared_by", "checked_by").get(pk=int(job.subject))


def _catalogue(job: ExportJob, report_progress: Progress) -> Composition:
    report_progress(1)
    return catalogue_of(_volume(job))


def _remarks(job: ExportJob, report_progress: Progress) -> Composition:
    report_progress(1)
    return remarks_of(_volume(job))


def _transfer(job: ExportJob, report_progress: Progress) -> Composition:
    report_progress(1)
    return transfer_list(job.year)


def _package(job: ExportJob, code: str, report_progress: Progress) -> Made:
    volume = _volume(job)
    job.total = volume.items.filter(number__isnull=False).count() + 1  # catalogue and manifest
    job.save(update_fields=["total"])
    job.confidentiality = paper_level(volume)
    return {FileFormat.ZIP: package_of(volume, code, report_progress)}


def _version(wanted: Wanted) -> str:
    volume: Any = wanted.matter
    return f"version {volume.version}"


def _on_volume(title: str, about: str, **more: Any) -> Report:
    return Report(
        f"{{subject}}{title}",
        name=title,
        about=about,
        sight=Sight.CITY,
        scope=Scope.MATTER,
        may=city,
        stamp=_version,
        offered=False,  # asked for on the page of the volume
        **{"matters": volumes_visible_to, **more},
    )


KINDS = {
    "archive_catalogue": _on_volume(
        "卷内目录", "卷内目录：每件的件号、文号、责任者、题名、日期、页号和备注。", compose=_catalogue, formats=PAPERS
    ),
    "archive_remarks": _on_volume("备考表", "备考表：本卷情况说明、立卷人、检查人、立卷时间。", compose=_remarks, formats=PAPERS),
    "archive_package": _on_volume(
        "归档包",
        "归档包：全部文件、卷内目录、备考表和校验清单，一个 ZIP。",
        files=_package,
        formats=(FileFormat.ZIP,),
        matters=packable_for,
    ),
    "archive_transfer": Report(
        "{whose}{year}年度档案移交清单",
        sight=Sight.CITY,
        compose=_transfer,
        name="档案移交清单",
        about="档案移交清单：一个年度已归档的案卷，全宗号、保管期限、案卷号、题名、件数、页数、密级和移交情况。",
        formats=PAPERS,
        years=years_with_volumes,
        missing="没有已归档的案卷",
    ),
}
