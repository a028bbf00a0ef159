"""``python -m harness.cli``: what the command ``bonbench`` is, for launchers that want a module."""

from harness.cli import main

if __name__ == "__main__":
    main()
