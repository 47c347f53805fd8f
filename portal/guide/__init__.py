"""Guide inside the portal: procedures, seats, glossary, questions and contacts, written as Markdown under ``pages/``."""
