"""Run a verifier over a pool."""
