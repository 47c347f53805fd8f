"""Which facts of a real district are inferred, read from the words kept with its sources."""

GUESSED = ("推定", "口径", "按公知填写")


def is_inferred(words: str, fact: str) -> bool:
    """Whether ``words`` (``District.fact_certainty``, clauses parted by ；) call ``fact`` inferred or of another scope."""
    return any(fact in clause and clause.endswith(GUESSED) for clause in words.split("；"))
