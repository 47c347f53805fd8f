"""Stored content of a file, which cannot be opened while in quarantine."""

from typing import Any

from django.db import models
from django.db.models.fields.files import FieldFile

from greendistrict.core.errors import Refused
from greendistrict.documents.enums import QUARANTINED, ScanState


class Quarantined(Refused):
    """The file has not been scanned for viruses yet, or contains one."""


def refuse_quarantined(evidence: Any) -> None:
    """Raise ``Quarantined`` with what to do, if the file is in quarantine."""
    if evidence.scan in QUARANTINED:
        raise Quarantined(quarantine_words(evidence))


def quarantine_words(evidence: Any) -> str:
    """Why a file cannot be opened; empty if it can."""
    if evidence.scan == ScanState.WAITING:
        return f"“{evidence.printed_title}”正在查毒，查完才能打开，请稍候再看"
    if evidence.scan == ScanState.INFECTED:
        return f"“{evidence.printed_title}”中发现病毒（{evidence.virus}），不能打开，请换成无毒的文件"
    return ""


class EvidenceFile(FieldFile):
    """Checked when opened for reading or copying; scanner, backup and data check read the storage directly."""

    def open(self, mode: str = "rb") -> "EvidenceFile":  # type: ignore[override]  # as in Django
        """Open the file. Raises ``Quarantined``."""
        refuse_quarantined(self.instance)
        super().open(mode)
        return self


class EvidenceFileField(models.FileField):
    """A ``FileField`` whose files obey the quarantine."""

    attr_class = EvidenceFile

    def deconstruct(self) -> Any:
        """Deconstruct as the field known to the migrations."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.FileField", args, kwargs
