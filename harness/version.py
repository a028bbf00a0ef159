"""The version of bonbench, and of the libraries that can move a digit."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("bonbench")
except PackageNotFoundError:  # run from a checkout that is not installed
    VERSION = "0+unknown"

_LIBRARIES = (
    "numpy",
    "scipy",
    "sympy",
    "math-verify",
    "latex2sympy2_extended",
    "duckdb",
    "pyarrow",
    "torch",
    "transformers",
)


def libraries() -> dict[str, str]:
    """Installed versions of the libraries that take part in a result."""
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
