"""Application for the pilot title: draft, hand-up, endorsement, formal review, conclusion."""
