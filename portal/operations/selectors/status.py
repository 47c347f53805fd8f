"""Operation status: configuration, scheduled jobs, schema, disk space, calendar of the next year.

Also here: Duties of the system keeper, for the operations page.
"""

import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

from greendistrict.accounts.viewer import Viewer
from greendistrict.core import database_clock, row_faults, schedule, schema, workdays
from greendistrict.core.checks import misconfigured
from greendistrict.core.memoisation import held_reads
from greendistrict.core.registry import Registry
from greendistrict.core.toned_words import TonedWord
from greendistrict.documents import quotas, scans
from obligations.keeper_duties import JOB, KEEPER
from obligations.selectors import keepers_due

# Names of the scheduled jobs in words; a test compares them with the settings.
JOBS = {
    "unused-accounts": "停用长期未使用的账号",
    "outbox-drain": "送出待发的消息",
    "mail-drain": "发送待发的邮件和短信",
    "reminder-sweep": "到期提醒",
    "open-stage-assessments": "开放阶段评估",
    "open-yearly-reports": "开放运营工作报告和碳排放核查报告",
    "sweep-uploads": "清理没有传完的文件",
    "clear-sessions": "清理已结束的登录",
    "sweep-files": "清理没有记录的文件",
    "check-file-owners": "核对材料归属",
    "open-self-checks": "开放年度自查",
    "lapse-invitations": "专家邀请逾期处理",
    "prepare-closings": "留存统计截止日存量，开始年度关账",
    "sweep-imports": "接续中断的导入",
    "sweep-readings": "接续中断的读数导入",
    "reading-partitions": "准备读数的分区",
    "sweep-copies": "接续中断的文件转换",
    "report-requeue": "接续中断的报告",
    "expire-zips": "删除过期的批量压缩包",
    "yearly-reports": "定期生成年度报告",
    "collect-names": "收集新名称的拼音",
    "hooks-drain": "送出接口推送的事件",
    "hooks-push": "发送接口推送",
    "open-data-versions": "编入开放数据的新版本",
    "check-data": "核对数据",
    "audit-seal": "审计记录封存",
    "audit-alarms": "审计提醒",
    "drop-expired": "删除到期的个人信息",
    "nightly-backup": "备份",  # if GD_BACKUP_DIR is set
    "scan-files": "查毒",  # if GD_CLAMD is set
    "exchange": "系统对接",  # if an adapter is on
}
FAULTS_SHOWN = 5
LOW_BYTES = 2 * 1024**3
DECEMBER = 12  # the holidays of the next year are published by then


@dataclass(frozen=True)
class JobLine:
    """A scheduled job for the page."""

    label: str
    every: str
    job: schedule.Job

    @property
    def state(self) -> TonedWord:
        """正常, 逾期 if it should have succeeded by now, 未运行 if its first run is not due yet."""
        if self.job.is_late:
            return TonedWord("逾期", "red")
        return TonedWord("正常" if self.job.run and self.job.run.succeeded_at else "未运行")

    @property
    def failed_last(self) -> bool:
        """Whether the last known run failed."""
        run = self.job.run
        return bool(run and run.failed_at and (run.succeeded_at is None or run.failed_at > run.succeeded_at))


def job_lines(now: dt.datetime) -> list[JobLine]:
    """Every scheduled job with its last runs, late ones first."""
    lines = [JobLine(JOBS.get(job.name, job.name), every(job.period), job) for job in schedule.jobs(now)]
    return sorted(lines, key=lambda line: not line.job.is_late)


def every(period: dt.timedelta) -> str:
    """Interval between two runs in words."""
    if period >= schedule.WEEK:
        return "每周"
    if period >= schedule.DAY:
        return "每天"
    if period == schedule.HOUR:
        return "每小时"
    seconds = int(period.total_seconds())
    return f"每{seconds // 60}分钟" if seconds >= 60 and not seconds % 60 else f"每{seconds}秒"  # noqa: PLR2004 -- of a minute


def troubles(now: dt.datetime, lines: list[JobLine]) -> list[str]:
    """Problems that need attention now, in words; empty if there are none."""
    found = misconfigured()
    if late := [line.label for line in lines if line.job.is_late]:
        found.append(f"没有按时完成的定时任务：{'、'.join(late)}。请检查 beat 和 worker 进程及其日志")
    left: dict[str, list[str]] = {}
    for fault in row_faults.row_faults():
        left.setdefault(fault.job.partition(":")[0], []).append(f"{fault.row}：{fault.error}")
    for job, rows in left.items():
        found.append(f"{JOBS.get(job, job)}：{len(rows)}项没有办成，其余已照常办理。{'；'.join(rows[:FAULTS_SHOWN])}")
    found += [
        f"主机{one.host}的时钟与数据库相差{abs(one.seconds):.0f}秒（{'快' if one.seconds > 0 else '慢'}）：请校准该主机的时间同步（NTP）"
        for one in database_clock.wrong_hosts()
    ]
    if schema.is_from_before():
        found.append(schema.FROM_BEFORE)
    elif missing := schema.missing_steps():
        found.append(f"数据库结构不是最新的，差{missing}步：运行 manage.py migrate")
    free = storage().free
    if free < LOW_BYTES:
        found.append(f"存储空间只剩{free / 1024**3:.1f} GB，满了以后不能上传文件")
    if unscanned := scans.overdue(now):
        found.append(f"{unscanned}份上传的文件等待查毒超过10分钟，期间不能打开、不能提交：请检查查毒程序 clamd（GD_CLAMD）")
    return found + calendar_troubles(now.date())


class OpeningLack(NamedTuple):
    """Something that regular use needs and that is not there: item, how it stands, who sees to it, where."""

    what: str
    words: str
    who: str
    link: str


# What finds them is above this feature: 开用检查 reads the expiries of this page.
lacks: Registry[Callable[[dt.datetime], list[OpeningLack]]] = Registry("what regular use lacks", entry="what regular use lacks")


def lacking(now: dt.datetime) -> list[OpeningLack]:
    """Everything that regular use lacks."""
    return [lack for found in lacks for lack in found(now)]


def storage_troubles(usage: list[quotas.BodyUsage]) -> list[str]:
    """Organisations whose next uploads may be refused."""
    names = [one.body.name for one in usage if one.is_nearly_full]
    return [f"材料将满或已满的单位：{'、'.join(names)}。请与单位核实后调整上限"] if names else []


def calendar_troubles(today: dt.date) -> list[str]:
    """Years whose holiday calendar should be known by now but is not."""
    calendar = workdays.current()
    years = [today.year, today.year + 1] if today.month == DECEMBER else [today.year]
    missing = [year for year in years if calendar.is_provisional(year)]
    words = "没有录入国务院办公厅的节假日安排，工作日按周一至周五扣除法定节日推算，提醒可能落在假期"
    return [f"{year}年{words}：更新 chinesecalendar 后运行 manage.py import_holidays" for year in missing]


@dataclass(frozen=True)
class Storage:
    """Size and free space of the file storage, in bytes."""

    total: int
    free: int


def storage() -> Storage:
    """Total and free space of the file storage."""
    folder = Path(settings.MEDIA_ROOT)
    found = shutil.disk_usage(folder if folder.exists() else folder.parent)
    return Storage(found.total, found.free)


def keeper_duties(viewer: Viewer) -> list[dict[str, Any]]:
    """Duties due or overdue on a day, earliest first: holidays of the next year, backup, certificate, failed jobs."""
    with held_reads():
        rows = sorted((row for row in keepers_due(viewer) if row.is_open and row.actors == KEEPER), key=lambda row: (row.due, row.key))
        return [
            {
                # A failed job is called by its name on this page.
                "title": f"定时任务运行成功：{JOBS.get(name, name)}" if row.kind == JOB.key else row.title,
                "due": row.due,
                "how": row.how,
                "is_default_date": row.is_default_date,
                "state": row.state(viewer.as_of),
            }
            for row in rows
            for name in [row.key.partition(":")[2]]
        ]
