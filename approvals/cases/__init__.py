"""Parts shared by all kinds of case: number, materials, seats, approval chain, decisions, dossier."""
