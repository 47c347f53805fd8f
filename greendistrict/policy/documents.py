"""Documents beside the policy: known to exist, but not received."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from greendistrict.policy import yaml_file

FILE = Path(__file__).resolve().parent / "data" / "documents.yaml"
UNREAD = "本平台未收到文本"


@dataclass(frozen=True)
class UnreadDocument:
    """A document of which the portal has no text: what it may regulate, and how it is known."""

    code: str
    title: str
    about: str
    known_by: str
    source: str

    @property
    def words(self) -> str:
        """What stands beside each thing that the policy leaves open and this document may regulate."""
        return f"申报指南（{self.code}）可能另有规定，{UNREAD}"


@cache
def unread_documents() -> tuple[UnreadDocument, ...]:
    """All such documents, read once per process."""
    return tuple(UnreadDocument(**one) for one in yaml_file.read(FILE))


def unread_guide() -> str:
    """The sentence about the guide to applications of 2019."""
    return unread_documents()[0].words
