"""Confidentiality that was chosen beside an uploaded file; it travels with the file from the form to the service that stores it."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile

from greendistrict.documents.enums import Confidentiality

CHOSEN = "confidentiality"


def choose(upload: "UploadedFile[Any]", level: str) -> None:
    """Note what was chosen; an empty or unknown choice is none."""
    if level in Confidentiality.values:
        setattr(upload, CHOSEN, Confidentiality(level))


def chosen_for(upload: "UploadedFile[Any] | None") -> Confidentiality | None:
    """What was chosen for a file; None where nothing was."""
    return getattr(upload, CHOSEN, None)
