"""Out of distribution: derivatives and integrals of polynomials."""

from collections.abc import Iterator

from tasks.micromath.builder import Builder, Family


def derivative(b: Builder) -> Iterator[str]:
    """Slopes, tangents, second derivatives."""
    b.draw("a", 2, 5)
    b.draw("b", 2, 9)
    b.draw("c", 2, 9)
    b.tell("Let h(x) = {a}x^3 - {b}x^2 + {c}x.")
    b.step("cubic", "derivative of the cubic term", "3 * a * x^2", ("a * x^2", 0.12))
    b.step("quadratic", "derivative of the quadratic term", "2 * b * x", ("b * x", 0.08))
    b.step("prime", "derivative", "cubic - quadratic + c", ("cubic + quadratic + c", 0.12))
    yield "Differentiate h."
    b.step("second", "second derivative", "6 * a * x - 2 * b", ("3 * a * x - 2 * b", 0.12))
    yield "Differentiate h twice."
    b.draw("n", 2, 4)
    b.step("square", "squared point", "(-n)^2")
    b.step("steep", "slope of the tangent", "3 * a * square - 2 * b * (-n) + c", ("3 * a * square - 2 * b * n + c", 0.08))
    yield "Find the slope of the tangent at -{n}."
    b.step("cube", "cubed point", "(-n)^3")
    b.step("height", "tangent point", "a * cube - b * square - c * n", ("a * cube + b * square - c * n", 0.08))
    yield "Evaluate h(-{n})."
    b.step("cut", "intercept", "height - steep * (-n)", ("height + steep * (-n)", 0.12))
    yield "Find the intercept of the tangent at -{n}."


def integral(b: Builder) -> Iterator[str]:
    """Antiderivatives and definite integrals."""
    b.given("a", 3 * b.draw("third", 1, 4))
    b.given("b", 2 * b.draw("half", 1, 5))
    b.draw("c", 2, 9)
    b.tell("Let k(x) = {a}x^2 - {b}x + {c}.")
    b.step("cubic", "antiderivative of the square", "a / 3 * x^3", ("a * x^3", 0.12))
    b.step("quadratic", "antiderivative of the linear term", "b / 2 * x^2", ("b * x^2", 0.12))
    b.step("whole", "antiderivative", "cubic - quadratic + c * x", ("cubic - quadratic + c", 0.15))
    yield "Integrate k without a constant."
    b.draw("m", 2, 4)
    b.step("cube", "cubed bound", "m^3")
    b.step("square", "squared bound", "m^2")
    b.step("upper", "upper value", "a / 3 * cube - b / 2 * square + c * m")
    yield "Integrate k from 0 to {m}."
    b.draw("n", 1, 3)
    b.step("negative_cube", "cubed lower bound", "(-n)^3")
    b.step("negative_square", "squared lower bound", "(-n)^2")
    b.step(
        "lower",
        "lower value",
        "a / 3 * negative_cube - b / 2 * negative_square + c * (-n)",
        ("a / 3 * negative_cube - b / 2 * negative_square + c * n", 0.1),
    )
    b.step("swept", "definite integral", "upper - lower", ("upper + lower", 0.12))
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
