"""Carbon targets of a district beside what its inventories found, year by year (七（一）3)."""
