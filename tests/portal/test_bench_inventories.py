"""The bench of inventories: both sides do the work and come to the same totals."""

from tools.bench import inventories
from tools.bench.measuring import Effort


def test_both_sides_compute_the_same_inventories():
    row = inventories.computing(3, Effort(rounds=1, repeats=1))
    assert row.notes == {"activities": inventories.ROWS}
    assert row.ratio > 0
