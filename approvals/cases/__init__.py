"""What every kind of case has: number, materials, seats, approval chain, decisions, dossier."""
