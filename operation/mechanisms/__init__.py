"""Management mechanisms (七（三）1), and the meetings and evaluations held under them."""
