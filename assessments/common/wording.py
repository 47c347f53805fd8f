"""Wording of a matter's state and lateness."""


def state_words(words: str, *, late: str, waived: bool = False) -> str:
    """State with the lateness or waiver mark that the page adds to it."""
    marks = [word for word in ("免报" if waived and words != "免报" else "", late) if word]
    return f"{words}（{'，'.join(marks)}）" if marks else words
