"""Results on their way to people."""
