"""``python -m bonbench``."""

from bonbench import main

main()
