"""Application for the pilot title: draft, submission, endorsement, formal review, conclusion."""
