"""Precalculus: vectors, determinants, complex numbers, logarithms, matrices."""

from collections.abc import Iterator

from tasks.micromath.builder import Builder, Family


def vectors(b: Builder) -> Iterator[str]:
    """Dot products and lengths."""
    for name in ("a", "c", "p", "q"):
        b.draw(name, -9, 9)
        b.require(b.value(name) != 0)
    b.tell("Let u = ({a}, {c}) and v = ({p}, {q}).")
    b.step("length", "squared length of u", "a^2 + c^2", ("a + c", 0.08))
    yield "What is the squared length of u?"
    b.step("first", "first product", "a * p")
    b.step("second", "second product", "c * q")
    b.step("dot", "dot product", "first + second", ("first - second", 0.12), ("first * second", 0.03))
    yield "What is the dot product of u and v?"
    b.step("across", "first coordinate", "a - p", ("p - a", 0.05))
    b.step("up", "second coordinate", "c - q", ("c + q", 0.1))
    b.step("distance", "squared distance", "across^2 + up^2", ("(across + up)^2", 0.25))
    yield "What is the squared distance of u and v?"
    b.step("part", "projection factor", "dot / length", ("length / dot", 0.25))
    b.require(b.value("part").denominator <= 30)
    yield "Which multiple of u is the projection of v on u?"
    b.step("shadow", "first coordinate of the projection", "part * a", ("part * p", 0.35))
    yield "What is the first coordinate of the projection of v on u?"


def determinants(b: Builder) -> Iterator[str]:
    """2 by 2 matrices."""
    for name in ("a", "b", "c", "d"):
        b.draw(name, -7, 9)
        b.require(b.value(name) != 0)
    b.tell("The matrix A has rows ({a}, {b}) and ({c}, {d}).")
    b.step("main", "main product", "a * d", ("a * c", 0.08))
    b.step("other", "other product", "b * c", ("b * d", 0.08))
    b.step("det", "determinant", "main - other", ("main + other", 0.25))
    yield "What is its determinant?"
    b.step("trace", "trace", "a + d", ("a + c", 0.15))
    b.step("sum", "sum of both", "det + trace")
    yield "What is the sum of its determinant and its trace?"
    b.draw("k", 2, 4)
    b.step("factor", "factor", "k^2", ("k", 0.6))
    b.step("scaled", "scaled determinant", "factor * det")
    yield "What is the determinant of {k}A?"
    b.step("squares", "square of the trace", "trace^2")
    b.step("disc", "discriminant", "squares - 4 * det", ("squares + 4 * det", 0.12))
    b.require(abs(b.value("trace")) <= 15)
    yield "What is the discriminant of its characteristic polynomial?"
    b.require(b.value("det") != 0)
    b.step("inverse", "first entry of the inverse", "d / det", ("a / det", 0.45))
    b.step("total", "total", "inverse + disc")
    b.require(b.value("inverse").denominator <= 12)
    yield "Add the first entry of its inverse to the discriminant of its characteristic polynomial. What is it?"


def complex_numbers(b: Builder) -> Iterator[str]:
    """Products, norms and quotients."""
    for name in ("a", "b", "c", "d"):
        b.draw(name, 1, 7)
    b.tell("Let z = {a} + {b}i and w = {c} - {d}i.")
    b.step("imag", "imaginary part", "b * c - a * d", ("b * c + a * d", 0.2))
    yield "What is the imaginary part of zw?"
    b.step("reals", "product of the real parts", "a * c")
    b.step("units", "product of the imaginary parts", "b * (-d)", ("b * d", 0.15))
    b.step("real", "real part", "reals - units", ("reals + units", 0.5))
    yield "What is the real part of zw?"
    b.step("norm", "squared size", "c^2 + d^2", ("c^2 - d^2", 0.3))
    b.step("size", "squared size of the product", "real^2 + imag^2", also=("norm * (a^2 + b^2)",))
    yield "What is the squared size of zw?"
    b.step("top", "real numerator", "reals + units", ("real", 0.4), also=("a * c - b * d",))
    b.step("quotient", "real part of the quotient", "top / norm", ("top / size", 0.06))
    yield "What is the real part of z/w?"
    b.step("sum", "sum of the real parts", "real + quotient")
    b.step("double", "double", "2 * sum")
    b.require(b.value("quotient").denominator <= 30)
    yield "What is twice the sum of the real parts of zw and z/w?"


def logarithms(b: Builder) -> Iterator[str]:
    """Rules for logarithms of powers."""
    base = b.pick(2, 3, 4, 5, 6, 7, 10)
    b.given("base", base)
    m, n = b.draw("m", 2, 9), b.draw("n", 1, 6)
    b.require(m != n and base ** max(m, n) <= 1000)
    b.given("big", base**m)
    b.given("small", base**n)
    b.tell("Take all logarithms to base {base}. Let p = {big} and q = {small}.")
    b.step("first", "logarithm of p", "m", ("big / base", 0.2))
    yield "What is log p?"
    b.step("second", "logarithm of q", "n", ("small / base", 0.12))
    b.step("both", "logarithm of the product", "first + second", ("first * second", 0.3))
    yield "What is log pq?"
    b.draw("k", 2, 6)
    b.step("power", "logarithm of the power", "k * first", ("first^k", 0.25))
    b.step("ratio", "logarithm of the quotient", "power - second", ("power / second", 0.3))
    yield "What is log of p^{k}/q?"
    b.step("product", "product", "both * ratio", ("both + ratio", 0.15))
    yield "What is the product of log pq and log of p^{k}/q?"
    b.step("change", "changed base", "product / second", ("product * second", 0.25), ("product - second", 0.1))
    yield "Divide the product of log pq and log of p^{k}/q by log q. What is the result?"


def matrices(b: Builder) -> Iterator[str]:
    """A matrix times a vector."""
    for name in ("a", "b", "c", "d", "p", "q"):
        b.draw(name, -6, 9)
        b.require(b.value(name) != 0)
    b.tell("The matrix A has rows ({a}, {b}) and ({c}, {d}). Let v = ({p}, {q}).")
    b.step("low", "second entry", "c * p + d * q", ("b * p + d * q", 0.25))
    yield "What is the second entry of Av?"
    b.step("one", "first product", "a * p")
    b.step("two", "second product", "b * q", ("c * q", 0.3))
    b.step("top", "first entry", "one + two", ("one * two", 0.03))
    yield "What is the first entry of Av?"
    b.step("sum", "sum of the entries", "top + low")
    b.step("gap", "change", "sum - (p + q)", ("sum - p + q", 0.35))
    yield "What is the sum of the entries of Av less the sum of the entries of v?"
    b.step("twice", "entry of the square", "a^2 + b * c", ("a^2", 0.45))
    b.step("total", "total", "twice - gap", ("gap - twice", 0.1))
    yield (
        "Take the sum of the entries of Av less the sum of the entries of v from the first entry of the square of A. "
        "What is it?"
    )
    b.draw("m", 3, 9)
    b.step("rest", "remainder", "total mod m")
    yield (
        "Take the sum of the entries of Av less the sum of the entries of v from the first entry of the square of A. "
        "What is its remainder by {m}?"
    )


FAMILIES = (
    Family("vectors", "precalculus", vectors),
    Family("determinants", "precalculus", determinants),
    Family("complex_numbers", "precalculus", complex_numbers, share=0.25),
    Family("logarithms", "precalculus", logarithms, share=0.25),
    Family("matrices", "precalculus", matrices),
)
