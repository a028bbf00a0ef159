"""What was tried, as programs that can be run again: every number of ``docs/results.md`` comes from here. Not shipped."""
