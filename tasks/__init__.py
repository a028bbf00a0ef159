"""One file per task, each defining ``TASK`` (or ``TASKS``): what it is, its records, how it is graded."""

import bonbench

bonbench.check()
