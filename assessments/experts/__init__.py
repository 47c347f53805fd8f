"""The expert pool: people, terms, employers, ties and absences, and the yearly confirmation."""
