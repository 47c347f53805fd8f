"""Sets how often Python's cyclic garbage collector runs; imported first, because during loading there is nothing to collect."""

import gc

# New objects after which it runs: at Python's own 700 it takes a fifth of the processor time of tests that go through whole cases
# (44 s to 35 s for 73 tests), and finds next to nothing.
NEW_OBJECTS = 20_000
YOUNGER = 20  # runs over the youngest generation before the next one is examined

gc.set_threshold(NEW_OBJECTS, YOUNGER, YOUNGER)
