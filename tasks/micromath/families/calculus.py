"""Out of distribution: derivatives and integrals of polynomials."""

from collections.abc import Iterator

from tasks.micromath.builder import Builder, Family


def derivative(b: Builder) -> Iterator[str]:
    """Slopes, tangents, second derivatives."""
    b.draw("a", 2, 9)
    b.draw("b", 2, 15)
    b.tell("Let h(x) = {a}x^3 - {b}x^2.")
    b.step("first", "leading factor", "3 * a", ("a", 0.12))
    b.step("second", "other factor", "2 * b", ("b", 0.08))
    b.step("prime", "derivative", "first * x^2 - second * x", ("first * x^2 + second * x", 0.1))
    yield "Differentiate h."
    b.step("bend", "second derivative", "2 * first * x - second", ("first * x - second", 0.12))
    yield "Differentiate h twice."
    b.draw("n", 2, 4)
    b.step("square", "squared point", "(-n)^2")
    b.step("cube", "cubed point", "(-n)^3")
    b.step("height", "tangent point", "a * cube - b * square", ("a * cube + b * square", 0.08))
    yield "Evaluate h(-{n})."
    b.step("steep", "slope of the tangent", "first * square - second * (-n)", ("first * square - second * n", 0.08))
    yield "Find the slope of the tangent at -{n}."
    b.step("cut", "intercept", "height - steep * (-n)", ("height + steep * (-n)", 0.12))
    yield "Find the intercept of the tangent at -{n}."


def integral(b: Builder) -> Iterator[str]:
    """Antiderivatives and definite integrals."""
    b.given("a", 3 * b.draw("third", 1, 7))
    b.draw("c", 2, 15)
    b.tell("Let k(x) = {a}x^2 - {c}.")
    b.step("factor", "leading factor", "a / 3", ("a", 0.15), ("2 * a", 0.06))
    b.step("whole", "antiderivative", "factor * x^3 - c * x", ("factor * x^3 - c", 0.12))
    yield "Integrate k without a constant."
    b.draw("m", 2, 4)
    b.step("cube", "cubed bound", "m^3")
    b.step("upper", "upper value", "factor * cube - c * m")
    yield "Integrate k from 0 to {m}."
    b.draw("n", 1, 3)
    b.step("negative_cube", "cubed lower bound", "(-n)^3")
    b.step("lower", "lower value", "factor * negative_cube - c * (-n)", ("factor * negative_cube - c * n", 0.1))
    b.step("swept", "definite integral", "upper - lower", ("upper + lower", 0.1))
    yield "Integrate k from -{n} to {m}."
    b.step("span", "span", "m - (-n)", ("m - n", 0.1))
    b.step("level", "mean ordinate", "swept / span", ("swept / m", 0.1))
    b.require(b.value("level").denominator <= 4)
    yield "Find the mean ordinate of k from -{n} to {m}."
    b.step("twice", "squared span", "span^2")
    b.step("moment", "moment", "level * twice", ("level * span", 0.05))
    yield "Multiply the mean ordinate of k from -{n} to {m} by its squared span."


FAMILIES = (
    Family("derivative", "calculus", derivative, share=0.8),
    Family("integral", "calculus", integral, share=0.8),
)
