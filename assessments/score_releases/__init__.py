"""Release of a district's score of a decided matter to the public by the city, and its withdrawal."""
