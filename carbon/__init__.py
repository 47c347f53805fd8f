"""Carbon of districts: factors, inventories (七（一）3, 七（三）4)."""
