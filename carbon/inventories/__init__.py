"""Carbon inventories of districts, one per year with numbered editions (七（一）3, 七（三）4)."""
