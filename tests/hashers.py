"""The portal's password hash at its smallest cost: hashing is slow on purpose, and every test person has a password."""

from greendistrict.accounts.hashers import Argon2InTurn


class QuickArgon2(Argon2InTurn):
    """Writes what the real hasher reads, so that processes started by a test accept the same passwords."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
