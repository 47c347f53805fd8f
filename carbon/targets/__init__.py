"""Carbon targets of a district compared with its inventories, year by year (七（一）3)."""
