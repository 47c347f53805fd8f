"""What was announced and noticed, as a list that everybody searches, as feeds, and the map of the public site."""
