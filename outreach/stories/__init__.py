"""Stories of districts and their measures (案例): written, released by the city, read by everybody."""
