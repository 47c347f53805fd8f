"""The yearly self-check: a score table and a report, countersigned and filed with the city."""
