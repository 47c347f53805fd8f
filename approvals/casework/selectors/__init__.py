"""Progress, tasks, papers and dossier of cases of any kind."""
