"""Steps of an acceptance and records of the visit to the site."""
