"""Made pools, models and servers that tests share."""
