"""An app that only has migrations: what a later version might do to the tables of 0.1.0."""
