"""What was tried, as programs that can be run again: the numbers of ``docs/results.md`` come from here."""

import bonbench

bonbench.check()
