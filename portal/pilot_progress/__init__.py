"""谁在哪一步: every district in sight with its stage, open matters, next duty, what is late and what its next stage still asks for."""
