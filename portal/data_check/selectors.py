"""Read the last check of the data, for the page of operations."""

from portal.data_check.models import DataCheckRun

SHOWN = 10
COUNTED = {
    "files": "个文件",
    "versions": "个提交版本",
    "scores": "个已接收的得分",
    "receipts": "份回执",
    "decisions": "项决定",
    "draws": "次抽取",
    "papers": "份出具的文书",
    "audit": "条审计记录",
    "tables": "张数据表",
}


def last_check() -> DataCheckRun | None:
    """Result of the newest check, or None."""
    return DataCheckRun.objects.first()


def counted_words(run: DataCheckRun) -> str:
    """How much was checked, in words."""
    return "、".join(f"{run.counts[name]}{words}" for name, words in COUNTED.items() if run.counts.get(name))


def first_findings(run: DataCheckRun) -> list[dict[str, str]]:
    """The first findings as displayed."""
    return list(run.findings[:SHOWN])


def check_troubles(run: DataCheckRun | None) -> list[str]:
    """What needs attention, in words."""
    return [f"数据核对发现{run.found}处问题，见“数据核对”"] if run and run.found else []
