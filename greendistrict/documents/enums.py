"""Confidentiality of files and reports."""

from django.db import models


class Confidentiality(models.TextChoices):
    """Who may read a file; later members are stricter. State secrets are never stored in the portal."""

    PUBLIC = "public", "公开"
    INTERNAL = "internal", "内部"
    CLASSIFIED = "classified", "密级"

    @property
    def rank(self) -> int:
        """Position in the order; the strictest is the highest."""
        return list(type(self)).index(self)


class CopyState(models.TextChoices):
    """State of the PDF of an Office file."""

    WAITING = "waiting", "等待转换"
    MAKING = "making", "正在转换"
    READY = "ready", "已转换"
    FAILED = "failed", "不能转换"


class ScanState(models.TextChoices):
    """State of the virus scan of a file. Not scanned: no scanner is configured, or the portal made the file itself."""

    UNSCANNED = "unscanned", "未查毒"
    WAITING = "waiting", "正在查毒"
    CLEAN = "clean", "未发现病毒"
    INFECTED = "infected", "发现病毒"


QUARANTINED = (ScanState.WAITING, ScanState.INFECTED)  # these can neither be opened nor submitted


def stricter(one: str, other: str) -> Confidentiality:
    """The stricter of two levels."""
    return max(Confidentiality(one), Confidentiality(other), key=lambda level: level.rank)


EXPLAINED = {
    Confidentiality.PUBLIC: "公开：可以对外提供",
    Confidentiality.INTERNAL: "内部：在平台内按权限查看",
    Confidentiality.CLASSIFIED: "密级（工作秘密、商业秘密）：仅归属单位和市级办理人员可看",
}
NO_STATE_SECRETS = "涉及国家秘密的材料不得上传本平台（《中华人民共和国保守国家秘密法》）"
MARKS = {Confidentiality.PUBLIC: "", Confidentiality.INTERNAL: "内部资料", Confidentiality.CLASSIFIED: "密级资料"}  # on papers
WITHHELD = "密级材料，不在您的查看范围"
PRINTED = "密级材料（另册）"
