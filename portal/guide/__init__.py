"""Guide inside the portal: procedures, roles, glossary, questions and contacts, written as Markdown in ``pages/``."""
