"""Confidentiality chosen for an uploaded file, passed with the file from the form to the service that stores it."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile

from greendistrict.documents.enums import Confidentiality

CHOSEN = "confidentiality"


def choose(upload: "UploadedFile[Any]", level: str) -> None:
    """Attach the chosen level to the upload; an empty or unknown choice is ignored."""
    if level in Confidentiality.values:
        setattr(upload, CHOSEN, Confidentiality(level))


def chosen_for(upload: "UploadedFile[Any] | None") -> Confidentiality | None:
    """Level chosen for an upload; None if none was chosen."""
    return getattr(upload, CHOSEN, None)
