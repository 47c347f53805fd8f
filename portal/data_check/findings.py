"""Possible findings of a check of the data."""

from dataclasses import dataclass

from django.db import models


class DataFault(models.TextChoices):
    """Kinds of findings."""

    MISSING_FILE = "missing_file", "文件缺失"
    ALTERED_FILE = "altered_file", "文件内容与校验值不符"
    UNNAMED_FILE = "unnamed_file", "文件没有记录"
    NO_OWNER = "no_owner", "材料归属不存在"
    VERSION = "version", "提交版本与校验值不符"
    SCORE = "score", "得分重算不符"
    RECEIPT = "receipt", "回执不符"
    DECISION = "decision", "决定与存档不符"
    DRAW = "draw", "抽取不能重复"
    PAPER = "paper", "文书与出具记录不符"
    AUDIT = "audit", "审计记录不完整"
    CHOICE = "choice", "取值不在规定之内"
    CONSTRAINT = "constraint", "不符合数据约束"
    REFERENCE = "reference", "引用的记录不存在"
    NO_CONSTRAINT = "no_constraint", "数据库缺少约束"
    UNCHECKED = "unchecked", "未能核对"


@dataclass(frozen=True)
class DataFinding:
    """A finding: its kind, its subject (a file, a number, a table and key), and the fault in words."""

    kind: DataFault
    where: str
    text: str = ""

    def __str__(self) -> str:
        return f"{self.kind.label}：{self.where}{f'　{self.text}' if self.text else ''}"

    def as_json(self) -> dict[str, str]:
        """The finding as plain values."""
        return {"kind": self.kind.value, "label": str(self.kind.label), "where": self.where, "text": self.text}
