"""Parts of the city's annual report as blocks of a composition."""
