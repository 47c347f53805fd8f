"""What is asked for during a case: extensions of a term, rectifications and papers entered for them."""
