"""Demo and bench: for development and showing, never installed in production."""
