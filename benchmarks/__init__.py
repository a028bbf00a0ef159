"""Performance claims as programs: each measures us and the peer's method in one run and prints the ratio."""
