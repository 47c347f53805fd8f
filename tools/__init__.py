"""Demo and benchmark, for development and demonstrations; never installed in production."""
