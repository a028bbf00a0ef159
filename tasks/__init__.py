"""One file per task, each defining ``TASK`` (or ``TASKS``): what it is, where its records come from, how it is graded."""
