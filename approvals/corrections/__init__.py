"""更正 of a title that was recorded from paper (补录): the officer states the right facts, the director checks them."""
