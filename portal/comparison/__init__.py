"""横向比较: districts compared by a score or clause of received score tables, with the distribution over peers of the same type."""
