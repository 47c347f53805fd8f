"""Contents of the published draft: documents, goals, areas and task phrases, in its own words."""
