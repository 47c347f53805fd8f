"""Plots that are split, merged, numbered anew or adjusted by 控规, as recorded acts that keep history and baseline shares."""
