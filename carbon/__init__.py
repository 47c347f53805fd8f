"""Carbon of districts (七（一）3, 七（三）4): factors, inventories, targets, measures, verification, released figures, meters."""
