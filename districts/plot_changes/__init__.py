"""地块变更: recorded acts that split, merge, renumber or (by 控规) adjust plots, keeping history and baseline shares."""
