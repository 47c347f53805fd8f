"""Pages of events: of those who organise, of those who sign up, of everybody."""
