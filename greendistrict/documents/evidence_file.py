"""The stored content of a file, which nobody opens while it is in quarantine."""

from typing import Any

from django.db import models
from django.db.models.fields.files import FieldFile

from greendistrict.core.errors import Refused
from greendistrict.documents.enums import QUARANTINED, ScanState


class Quarantined(Refused):
    """The file was not scanned for viruses yet, or one was found in it."""


def refuse_quarantined(evidence: Any) -> None:
    """Raise ``Quarantined`` with what to do."""
    if evidence.scan in QUARANTINED:
        raise Quarantined(quarantine_words(evidence))


def quarantine_words(evidence: Any) -> str:
    """Why a file cannot be opened; empty when it can."""
    if evidence.scan == ScanState.WAITING:
        return f"“{evidence.printed_title}”正在查毒，查完才能打开，请稍候再看"
    if evidence.scan == ScanState.INFECTED:
        return f"“{evidence.printed_title}”中发现病毒（{evidence.virus}），不能打开，请换成无毒的文件"
    return ""


class EvidenceFile(FieldFile):
    """Opens for whoever reads or copies the content; scanner, backup and data check read the storage itself."""

    def open(self, mode: str = "rb") -> "EvidenceFile":  # type: ignore[override]  # as in Django
        """Open it. Raises ``Quarantined``."""
        refuse_quarantined(self.instance)
        super().open(mode)
        return self


class EvidenceFileField(models.FileField):
    """A ``FileField`` whose files obey the quarantine."""

    attr_class = EvidenceFile

    def deconstruct(self) -> Any:
        """For migrations it is the field it was."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.FileField", args, kwargs
