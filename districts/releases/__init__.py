"""What every release to the public has: a basis, a withdrawal with its reason, a record, a page. Features say what they release."""
