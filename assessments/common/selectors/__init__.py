"""Which matters a person sees, and lists that mix opened matters with owed ones that nobody has opened."""
