"""Certainty of facts about real districts, read from the stored sources, and the wording of a stage."""

from districts.common.enums import Certainty, Stage
from greendistrict.core.toned_words import TonedWord

STAGE_WORDS = {one.value: TonedWord(str(one.label), one.tone) for one in Stage}  # looked up: lists ask it a thousand times
GUIDELINE_AREA, UNKNOWN_STAGE = TonedWord("导则覆盖区", "line"), TonedWord("阶段未查明", "line")
STANDARD = "适用标准"  # a fact in these words; its certainty is kept with the standard, as the title tells it
GUESSED = ("推定", "口径", "按公知填写")


def is_inferred(words: str, fact: str) -> bool:
    """Whether ``words`` (``District.fact_certainty``, clauses separated by ；) mark ``fact`` as inferred or of another extent."""
    return bool(inferred_by(words, fact))


def inferred_by(words: str, fact: str) -> str:
    """The clause that marks ``fact`` as inferred; empty if there is none."""
    if fact not in words:  # lists ask it a thousand times
        return ""
    return next((clause for clause in words.split("；") if fact in clause and clause.endswith(GUESSED)), "")


def stage_word(stage: str, certainty: str, *, guideline: bool) -> TonedWord:
    """A district's stage in words; 阶段未查明 if public records do not state it."""
    if guideline:
        return GUIDELINE_AREA
    return UNKNOWN_STAGE if is_unknown(stage, certainty) else STAGE_WORDS[stage]


def is_unknown(stage: str, certainty: str) -> bool:
    """Whether public records do not state the stage."""
    return stage == Stage.CANDIDATE and certainty == Certainty.UNKNOWN


def stage_text(stage: str, certainty: str, *, guideline: bool) -> str:
    """``stage_word`` for plain text and workbooks, with a mark if inferred."""
    word = stage_word(stage, certainty, guideline=guideline)
    return f"{word}（推定）" if certainty == Certainty.INFERRED and not guideline else str(word)


def certainty_of(words: str, fact: str, value: object) -> Certainty:
    """Certainty of ``fact``; unknown without a value."""
    if value is None or value in ("", []):
        return Certainty.UNKNOWN
    return Certainty.INFERRED if is_inferred(words, fact) else Certainty.SOURCED
