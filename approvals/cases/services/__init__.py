"""Services for any kind of case: steps, decisions, materials, numbers."""
