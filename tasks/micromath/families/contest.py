"""Out of distribution: contest-style compositions of invented operations and mixed ideas."""

from collections.abc import Iterator

from tasks.micromath.builder import Builder, Family


def invented(b: Builder) -> Iterator[str]:
    """An operation made up for the problem, nested."""
    b.draw("p", 2, 12)
    b.draw("q", 2, 12)
    b.require(b.value("p") != b.value("q"))
    b.tell("Define r # s = rs - (r + s).")
    b.step("rs", "rs", "p * q")
    b.step("inside", "bracket", "rs - (p + q)", ("rs - p + q", 0.2), also=("rs - p - q",))
    yield "Compute {p} # {q}."
    b.draw("t", 2, 5)
    b.step("outside", "nested operation", "inside * t - (inside + t)", ("inside * t - inside + t", 0.2))
    yield "Compute ({p} # {q}) # {t}."
    b.step("mirror", "mirrored operation", "t * t - (t + t)")
    b.step("sum", "grand sum", "outside + mirror")
    yield "Compute (({p} # {q}) # {t}) + ({t} # {t})."
    b.step("power", "grand square", "inside^2")
    b.step("gap", "surplus", "power - sum", ("sum - power", 0.1))
    yield "How far is the square of {p} # {q} above (({p} # {q}) # {t}) + ({t} # {t})?"
    b.draw("m", 3, 9)
    b.step("clock", "clock value", "gap mod m")
    b.step("final", "clock cube", "clock^3")
    yield (
        "Reduce the surplus of the square of {p} # {q} over (({p} # {q}) # {t}) + ({t} # {t}) modulo {m}, then cube it."
    )


def tower(b: Builder) -> Iterator[str]:
    """Blocks in a tower: sums, squares and choices together."""
    b.draw("n", 3, 15)
    b.draw("g", 2, 9)
    b.tell("A tower has {n} floors. The top has {g} blocks, every floor below {g} more.")
    b.step("ground", "ground floor", "g * n", ("g + n", 0.08))
    yield "How many blocks has the ground floor?"
    b.step("pair", "top and ground", "g + ground")
    b.step("blocks", "number of blocks", "n * pair / 2", ("n * pair", 0.2))
    yield "How many blocks has the tower?"
    b.draw("k", 2, 3)
    b.require(b.value("k") < b.value("n"))
    b.step("choices", "number of floor choices", "C(n, k)")
    b.step("mixed", "combined number", "blocks - choices", ("choices - blocks", 0.05))
    yield "How far does the number of blocks exceed the ways to choose {k} floors?"
    b.step("squared", "squared number", "(n - g)^2", ("n^2 - g^2", 0.12))
    b.step("trial", "trial number", "mixed * squared")
    yield "Scale that excess for {k} floors by the square of floors minus top blocks."
    b.draw("m", 4, 11)
    b.step("score", "score", "trial mod m")
    b.step("result", "final score", "score - (k + g)", ("score - k + g", 0.2))
    yield "Reduce that scaled excess for {k} floors modulo {m}, then take away the sum of {k} and {g}."


FAMILIES = (
    Family("invented", "contest", invented, share=0.8),
    Family("tower", "contest", tower, share=0.8),
)
