"""Parts shared by the sections of the ledger: the base of their tables and forms, what a section is."""
