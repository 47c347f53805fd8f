"""Drafts of a case as its page offers them."""

from approvals.casework.letters.kinds import letters_of


def letter_of(case, key, *, inside):
    """One readable draft by key, or None."""
    kind = next((kind for kind in letters_of(case, inside=inside) if kind.key == key), None)
    return kind.write(case) if kind else None
