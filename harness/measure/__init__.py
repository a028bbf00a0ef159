"""What can be said of a graded, scored pool."""
