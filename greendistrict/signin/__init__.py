"""Sign-in: second factors, sessions and their limits, rules of passwords (docs/sign-in.md)."""
