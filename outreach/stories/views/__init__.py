"""Pages of stories: public ones, and those for writing and releasing."""
