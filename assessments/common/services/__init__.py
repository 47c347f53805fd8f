"""Steps of filed matters and the people whom they concern."""
