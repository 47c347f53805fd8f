"""The city's annual assessment report: figures as of the snapshot day, their composition, and the rows behind each figure."""
