"""Tasks, papers and waiting matters of all kinds of assessments."""
