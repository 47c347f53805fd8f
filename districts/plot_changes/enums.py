"""Proofs of changes of plots."""

PLOT_CHANGE_PROOF = "地块变更依据"
