"""Key projects in sight and their schedule."""
