"""Papers of single matters: reviews, assessments, inspections, plans, and the dossier of an application."""
