"""What runs a model for a verifier: in this process, or behind a server."""
