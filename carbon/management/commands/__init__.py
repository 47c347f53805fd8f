"""Commands: carbon_inventory."""
