"""Publication by the city of a district's score in a decided matter, and its withdrawal."""
