"""How often Python's cyclic garbage collector runs; imported before anything else, for loading is where it finds nothing at all."""

import gc

# New objects after which it runs: at Python's own 700 it takes a fifth of the processor time of tests that go through whole cases
# (44 s to 35 s for 73 tests), and finds next to nothing.
NEW_OBJECTS = 20_000
YOUNGER = 20  # its runs before it also looks at what survived them

gc.set_threshold(NEW_OBJECTS, YOUNGER, YOUNGER)
