"""Expert review of a submitted score table: panel, draw, scores, meeting, conclusion."""
