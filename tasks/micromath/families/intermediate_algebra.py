"""Intermediate algebra: roots, sequences, products of binomials, parabolas."""

from collections.abc import Iterator

from tasks.micromath.builder import Builder, Family


def vieta(b: Builder) -> Iterator[str]:
    """Sums over the roots of a quadratic."""
    b.draw("p", 3, 15)
    b.draw("q", 2, 20)
    b.tell("The roots of x^2 - {p}x + {q} are r and s.")
    b.step("sum", "sum of the roots", "p", ("-p", 0.3))
    yield "What is r + s?"
    b.step("square", "square of the sum", "sum^2")
    b.step("twice", "double product", "2 * q", ("q", 0.15))
    yield "What is 2rs?"
    b.step("squares", "sum of squares", "square - twice", ("square", 0.15), ("square + twice", 0.15))
    yield "What is r^2 + s^2?"
    b.step("gap", "square of the difference", "squares - twice", ("squares", 0.35), also=("square - 4 * q",))
    yield "What is (r - s)^2?"
    b.step("inverse", "sum of inverses", "sum / q", ("q / sum", 0.25))
    b.step("total", "total", "inverse + gap")
    b.require(b.value("inverse").denominator <= 12)
    yield "What is 1/r + 1/s + (r - s)^2?"


def arithmetic(b: Builder) -> Iterator[str]:
    """Arithmetic sequences and their sums."""
    b.draw("a", 2, 30)
    b.draw("d", 2, 9)
    b.draw("n", 5, 12)
    b.tell("A sequence starts with {a} and grows by {d} each time.")
    b.step("jumps", "number of jumps", "n - 1", ("n", 0.4))
    yield "How many jumps lead to term {n}?"
    b.step("growth", "growth", "jumps * d", ("jumps + d", 0.05))
    b.step("last", "last term", "a + growth", ("growth", 0.1))
    yield "What is term {n}?"
    b.step("ends", "sum of the ends", "a + last")
    b.step("twice", "double sum", "n * ends", ("jumps * ends", 0.2))
    b.step("sum", "sum", "twice / 2", ("twice", 0.15))
    yield "What is the sum of the first {n} terms?"
    b.step("mean", "mean", "sum / n", ("sum / jumps", 0.2))
    b.step("over", "excess", "last - mean", ("mean - last", 0.1))
    yield "By how much does term {n} exceed the mean of the first {n} terms?"
    b.draw("k", 2, 9)
    b.step("square", "square", "over^2", ("over", 0.05))
    b.step("shift", "shifted square", "square - (over - k)", ("square - over - k", 0.35))
    b.require(b.value("over") <= 20)
    yield "Let e be the excess of term {n} over the mean of the first {n} terms. What is e^2 - (e - {k})?"


def geometric(b: Builder) -> Iterator[str]:
    """Geometric sequences and their sums."""
    b.draw("a", 2, 20)
    b.given("r", b.pick(2, 3, -2, -3, 4, 5))
    b.tell("A sequence starts with {a} and each term is {r} times the one before.")
    b.step("square", "square of the factor", "r^2")
    b.step("third", "third term", "a * square", ("a + 2 * r", 0.1))
    yield "What is term 3?"
    b.step("cube", "cube of the factor", "r^3")
    b.step("fourth", "fourth term", "a * cube", ("a * square", 0.2))
    yield "What is term 4?"
    b.step("second", "second term", "a * r", ("a + r", 0.08))
    b.step("four", "sum of four terms", "a + second + third + fourth", ("second + third + fourth", 0.15))
    yield "What is the sum of the first four terms?"
    b.step("ratio", "ratio", "four / second", ("second / four", 0.08))
    yield "What is the sum of the first four terms divided by term 2?"
    b.step("gap", "difference", "fourth - second", ("second - fourth", 0.08))
    b.step("mixed", "total", "gap - four * second / second", ("gap + four", 0.12), also=("gap - four",))
    yield "Take the sum of the first four terms from the difference of terms 4 and 2. What is left?"


def binomials(b: Builder) -> Iterator[str]:
    """Products of linear factors."""
    b.draw("a", 2, 5)
    b.draw("p", 2, 9)
    b.draw("q", 2, 9)
    b.tell("Let f(x) = ({a}x + {p})(x - {q}).")
    b.step("c", "constant", "p * (-q)", ("p * q", 0.15))
    yield "What is the constant term of f(x)?"
    b.step("outer", "outer product", "a * (-q)", ("a * q", 0.15))
    b.step("middle", "coefficient of x", "outer + p", ("p - q", 0.2))
    yield "What is the coefficient of x in f(x)?"
    b.draw("m", 2, 6)
    b.step("root", "sum of the roots", "(m - middle) / a", ("(middle - m) / a", 0.4))
    yield "What is the sum of the roots of f(x) = {m}x + {m}?"
    b.step("poly", "expanded form", "a * x^2 + middle * x + c", ("a * x^2 + c", 0.3))
    yield "What is f(x) expanded?"
    b.step("line", "scaled line", "m * x")
    b.step("new", "new polynomial", "poly - (line + m)", ("poly - line + m", 0.35))
    yield "What is f(x) - ({m}x + {m}) expanded?"


def parabola(b: Builder) -> Iterator[str]:
    """Vertex and discriminant."""
    b.draw("a", 1, 4)
    b.given("b", 2 * b.draw("half", 2, 9))
    b.draw("c", 2, 20)
    b.tell("Let y = {a}x^2 - {b}x + {c}.")
    b.step("top", "x of the vertex", "b / (2 * a)", ("-b / (2 * a)", 0.35), ("b / a", 0.12))
    b.require(b.value("top").denominator == 1 and b.value("top") <= 9)
    yield "What is x at the vertex?"
    b.step("s", "square of b", "b^2")
    b.step("product", "fourfold product", "4 * a * c", ("2 * a * c", 0.12))
    b.step("disc", "discriminant", "s - product", ("s + product", 0.2))
    yield "What is the discriminant?"
    b.step("sq", "square of x", "top^2")
    b.step("high", "value at the vertex", "a * sq - b * top + c", ("a * sq + b * top + c", 0.1))
    yield "What is y at the vertex?"
    b.draw("k", 2, 9)
    b.tell("The graph is moved {k} to the right.")
    b.step("moved", "new x of the vertex", "top + k", ("top - k", 0.6))
    b.step("sum", "sum of coordinates", "moved + high")
    yield "What is the sum of the coordinates of the new vertex?"
    b.step("total", "total", "sum + disc", ("sum - disc", 0.05))
    yield "Add the discriminant to the sum of the coordinates of the new vertex. What is it?"


FAMILIES = (
    Family("vieta", "intermediate algebra", vieta),
    Family("arithmetic", "intermediate algebra", arithmetic),
    Family("geometric", "intermediate algebra", geometric),
    Family("binomials", "intermediate algebra", binomials, share=0.25),
    Family("parabola", "intermediate algebra", parabola),
)
