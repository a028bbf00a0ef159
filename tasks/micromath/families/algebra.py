"""Algebra: linear equations, substitution, systems, composition, ages."""

from collections.abc import Iterator

from tasks.micromath.builder import Builder, Family


def linear(b: Builder) -> Iterator[str]:
    """Linear equations with x on both sides, and what follows from the solution."""
    b.draw("a", 5, 12)
    b.draw("c", 2, 9)
    b.draw("p", 2, 30)
    b.draw("q", 10, 60)
    b.require(b.value("a") > b.value("c") + 1)
    b.tell("Let {a}x + {p} = {c}x + {q}.")
    b.step("k", "coefficient of x", "a - c", ("a + c", 0.12))
    yield "Moving all x to the left, what is the coefficient of x?"
    b.step("r", "constant on the right", "q - p", ("q + p", 0.3))
    b.step("root", "solution", "r / k", ("r - k", 0.08))
    b.require(b.value("root").denominator == 1)
    yield "What is x?"
    b.draw("m", 2, 6)
    b.draw("n", 3, 25)
    b.tell("Let y = {n} - {m}x.")
    b.step("y", "value of y", "n - m * root", ("n + m * root", 0.1))
    yield "What is y?"
    b.step("sum", "sum of x and y", "root + y")
    b.step("product", "product of x and y", "root * y")
    yield "What is xy?"
    b.step("squares", "sum of squares", "sum^2 - 2 * product", ("sum^2", 0.5))
    b.require(abs(b.value("sum")) <= 20)
    yield "Use x + y and xy to find the sum of the squares of x and y. What is it?"


def substitution(b: Builder) -> Iterator[str]:
    """A quadratic at a negative number."""
    b.draw("a", 2, 6)
    b.draw("b", 2, 9)
    b.draw("c", 2, 20)
    b.draw("n", 2, 7)
    b.tell("Let f(x) = {a}x^2 - {b}x + {c}.")
    b.step("s", "square", "(-n)^2")
    yield "In f(-{n}), what is the square of x?"
    b.step("first", "first term", "a * s")
    b.step("second", "second term", "b * (-n)", ("b * n", 0.25))
    yield "In f(-{n}), what is {b}x?"
    b.step("value", "value", "first - second + c", ("first + second + c", 0.3))
    yield "What is f(-{n})?"
    b.draw("m", 2, 5)
    b.step("other", "value at the other point", "a * m^2 - b * m + c")
    b.step("gap", "difference", "value - other", ("other - value", 0.3))
    yield "What is f(-{n}) - f({m})?"
    b.step("run", "change of x", "-n - m", ("m - n", 0.5))
    b.step("slope", "slope", "gap / run", ("run / gap", 0.15))
    yield "What is the slope of the line through the points of f at -{n} and {m}?"


def system(b: Builder) -> Iterator[str]:
    """A sum and a difference."""
    x, y = b.pick(*range(8, 40)), b.pick(*range(2, 30))
    b.given("s", x + y)
    b.given("d", x - y)
    b.require(x != y)
    b.tell("Two numbers have sum {s} and difference {d}.")
    b.step("double", "double of the larger", "s + d", ("s - d", 0.12))
    yield "Adding the equations, what is twice the first number?"
    b.step("first", "first number", "double / 2", ("s / 2", 0.15))
    yield "What is the first number?"
    b.step("second", "second number", "s - first", ("first + d", 0.3), also=("first - d",))
    yield "What is the second number?"
    b.draw("k", 2, 5)
    b.draw("m", 2, 5)
    b.step("left", "multiple of the first", "k * first", ("k + first", 0.05))
    b.step("right", "multiple of the second", "m * second")
    b.step("combination", "combination", "left - right", ("right - left", 0.2))
    yield "Take {m} times the second number from {k} times the first. What is left?"
    b.draw("t", 2, 9)
    b.tell("Call {k} times the first number less {m} times the second z.")
    b.step("moved", "shifted value", "combination - (first + t)", ("combination - first + t", 0.3))
    b.step("cube", "remainder", "moved mod 7")
    yield "Take the sum of the first number and {t} from z. What is its remainder by 7?"


def composition(b: Builder) -> Iterator[str]:
    """Functions of functions."""
    b.draw("a", 2, 6)
    b.draw("p", 1, 12)
    b.draw("c", 2, 6)
    b.draw("q", 1, 12)
    b.draw("n", 2, 9)
    b.tell("Let f(x) = {a}x - {p} and g(x) = {q} - {c}x.")
    b.step("inner", "inner value", "q - c * n", ("a * n - p", 0.3))
    yield "What is g({n})?"
    b.step("outer", "outer value", "a * inner - p", ("q - c * inner", 0.35))
    yield "What is f(g({n}))?"
    b.step("swap", "value of f", "a * n - p")
    b.step("back", "value in the other order", "q - c * swap", ("outer", 0.3))
    yield "What is g(f({n}))?"
    b.step("gap", "difference", "outer - back", ("back - outer", 0.15))
    yield "What is f(g({n})) - g(f({n}))?"
    b.step("square", "square of n", "n^2")
    b.step("ratio", "quotient", "gap / square", ("gap / n", 0.12))
    b.require(b.value("ratio").denominator <= 9)
    yield "Divide f(g({n})) - g(f({n})) by the square of {n}. What is the result?"


def ages(b: Builder) -> Iterator[str]:
    """Older and younger, now and later."""
    b.draw("d", 2, 12)
    b.given("s", int(b.value("d")) + 2 * b.draw("young", 4, 25))
    older, younger = b.word("Ann", "Mia", "Joe"), b.word("Bob", "Zoe", "Max")
    b.tell(f"{older} is {{d}} years older than {younger}. Together they are {{s}}.")
    b.step("double", f"double age of {younger}", "s - d", ("s + d", 0.4))
    yield f"What is twice the age of {younger}?"
    b.step("low", f"age of {younger}", "double / 2", ("s / 2 - d", 0.15))
    b.step("high", f"age of {older}", "low + d", ("low - d", 0.1), also=("s - low",))
    yield f"How old is {older}?"
    b.draw("k", 2, 15)
    b.step("later", f"later age of {older}", "high + k", ("high - k", 0.1))
    yield f"How old is {older} in {{k}} years?"
    b.step("together", "later sum", "s + 2 * k", ("s + k", 0.6))
    b.step("part", f"part of {older}", "later / together", ("high / s", 0.15))
    yield f"In {{k}} years, what part of the sum of their ages is the age of {older}?"
    b.draw("t", 2, 4)
    b.tell(f"An uncle is {{t}} times as old as {younger} will be in {{k}} years.")
    b.step("low_later", f"later age of {younger}", "low + k", ("low", 0.3))
    b.step("uncle", "age of the uncle", "t * low_later", ("t + low_later", 0.08))
    b.step("uncle_later", "later age of the uncle", "uncle + k", ("uncle", 0.3))
    b.step("three", "sum of all ages", "uncle_later + together", ("uncle_later + s", 0.15))
    yield "What is the sum of all three ages in {k} years?"


FAMILIES = (
    Family("linear", "algebra", linear),
    Family("substitution", "algebra", substitution),
    Family("system", "algebra", system),
    Family("composition", "algebra", composition, share=0.25),
    Family("ages", "algebra", ages),
)
