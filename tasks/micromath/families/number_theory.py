"""Number theory: divisors, remainders, digits, bases, multiples."""

from collections.abc import Iterator

from tasks.micromath.builder import Builder, Family


def divisors(b: Builder) -> Iterator[str]:
    """Greatest common divisor, least common multiple, reduced fractions."""
    unit = b.draw("unit", 2, 9)
    m, n = b.pick(2, 3, 4, 5, 7), b.pick(2, 3, 5, 6, 8)
    b.require(m != n)
    b.given("a", unit * m)
    b.given("b", unit * n)
    b.tell("Two ropes are {a} and {b} meters long.")
    b.step("g", "greatest common divisor", "gcd(a, b)")
    yield "They are cut into equal pieces as long as possible. How long is a piece?"
    b.step("first", "number of pieces of the first", "a / g")
    b.step("second", "number of pieces of the second", "b / g")
    b.step("pieces", "number of pieces", "first + second", ("first * second", 0.15))
    yield "They are cut into equal pieces as long as possible. How many pieces are there?"
    b.step("cuts", "number of cuts", "pieces - 2", ("pieces", 0.3), ("pieces - 1", 0.3))
    yield "They are cut into equal pieces as long as possible. How many cuts are needed?"
    b.step("l", "least common multiple", "lcm(a, b)")
    b.step("lengths", "combined length", "cuts + l")
    yield "Add the number of cuts into longest equal pieces to the least common multiple. What is the sum?"
    b.draw("m", 3, 9)
    b.step("rest", "remainder", "lengths mod m")
    yield "Add the number of cuts into longest equal pieces to the least common multiple. What is its remainder by {m}?"


def remainders(b: Builder) -> Iterator[str]:
    """Sums, products and powers to a modulus: the last step forgives many errors."""
    b.draw("a", 20, 99)
    b.draw("b", 20, 99)
    b.draw("m", 4, 9)
    b.tell("Let a = {a} and b = {b}.")
    b.step("first", "remainder of a", "a mod m")
    yield "What is the remainder of a by {m}?"
    b.step("second", "remainder of b", "b mod m")
    b.step("sum", "remainder of the sum", "(first + second) mod m", ("first + second", 0.3))
    yield "What is the remainder of a + b by {m}?"
    b.step("product", "remainder of the product", "first * second mod m", ("first * second", 0.3))
    yield "What is the remainder of ab by {m}?"
    b.step("cube", "remainder of the cube", "first^3 mod m")
    b.step("both", "remainder of the total", "(cube + product) mod m", ("cube * product mod m", 0.1))
    yield "What is the remainder of a^3 + ab by {m}?"
    b.draw("k", 3, 9)
    b.step("scaled", "remainder of the multiple", "k * both mod m")
    b.step("last", "last remainder", "(scaled - sum) mod m", ("sum - scaled", 0.15))
    yield "What is the remainder of {k}(a^3 + ab) - (a + b) by {m}?"


def digits(b: Builder) -> Iterator[str]:
    """The value of numerals in other bases."""
    base = b.draw("base", 4, 9)
    for name in ("u", "v", "w"):
        b.draw(name, 1, 8)
        b.require(b.value(name) < base)
    b.tell("A number is written {u}{v}{w} in base {base}.")
    b.step("square", "place value", "base^2", ("100", 0.1))
    yield "What is the place value of its first digit?"
    b.step("high", "value of the first digit", "u * square", ("u * base", 0.15))
    b.step("middle", "value of the second digit", "v * base", ("v", 0.15))
    b.step("value", "value", "high + middle + w")
    yield "What is the number in base ten?"
    b.step("sum", "digit sum", "u + v + w", ("u * v * w", 0.05))
    b.step("gap", "difference", "value - sum", ("value + sum", 0.1))
    yield "By how much does the number exceed its digit sum?"
    b.step("even", "quotient", "gap / (base - 1)", ("gap / base", 0.3))
    yield "Take the digit sum from the number and divide by one less than the base. What is the result?"
    b.draw("m", 3, 6)
    b.step("cube", "cube", "m^3", ("3 * m", 0.1))
    b.step("over", "difference from the cube", "even - cube", ("cube - even", 0.2))
    yield "Take the digit sum from the number, divide by one less than the base, and take away {m}^3. What is left?"


def exponents(b: Builder) -> Iterator[str]:
    """Counting the divisors of a product of prime powers."""
    b.draw("a", 2, 8)
    b.draw("b", 1, 6)
    b.draw("c", 1, 5)
    b.tell("Let n = 2^{a} * 3^{b} * 5^{c}.")
    b.step("twos", "number of choices for 2", "a + 1", ("a", 0.35))
    yield "How many powers of 2 divide n?"
    b.step("threes", "number of choices for 3", "b + 1", ("b", 0.25))
    b.step("pairs", "number of pairs", "twos * threes", ("twos + threes", 0.12))
    yield "How many divisors does 2^{a} * 3^{b} have?"
    b.step("fives", "number of choices for 5", "c + 1", ("c", 0.2))
    b.step("all", "number of divisors", "pairs * fives", ("pairs + fives", 0.15))
    yield "How many divisors does n have?"
    b.step("odd", "number of odd divisors", "threes * fives", ("all / 2", 0.4))
    b.step("even", "number of even divisors", "all - odd", also=("a * odd",))
    yield "How many even divisors does n have?"
    b.step("halves", "number of even squares", "floor(a / 2)", ("a / 2", 0.15))
    b.step("product", "product of counts", "halves * even")
    yield "Multiply the number of even divisors by the number of squares greater than 1 that divide 2^{a}. What is it?"


def multiples(b: Builder) -> Iterator[str]:
    """Counting by inclusion and exclusion."""
    p, q = b.pick(2, 3, 4, 5), b.pick(3, 5, 6, 7)
    b.require(p < q)
    b.given("p", p)
    b.given("q", q)
    b.draw("n", 30, 99)
    b.tell("Look at the whole numbers from 1 to {n}.")
    b.step("first", "number of first multiples", "floor(n / p)")
    yield "How many are multiples of {p}?"
    b.step("l", "least common multiple", "lcm(p, q)")
    b.step("common", "number of common multiples", "floor(n / l)", ("floor(n / (p + q))", 0.15))
    yield "How many are multiples of both {p} and {q}?"
    b.step("second", "number of second multiples", "floor(n / q)")
    b.step("sum", "sum of both", "first + second")
    yield "Add how many are multiples of {p} to how many are multiples of {q}. What is the sum?"
    b.step("union", "number in the union", "sum - common", ("sum", 0.6), ("sum + common", 0.05))
    yield "How many are multiples of {p} or {q}?"
    b.step("neither", "number of others", "n - union", ("union", 0.12))
    b.step("part", "part", "neither / n", ("n / neither", 0.08))
    b.require(b.value("part").denominator <= 40)
    yield "What part of them are multiples of neither {p} nor {q}?"


FAMILIES = (
    Family("divisors", "number theory", divisors),
    Family("remainders", "number theory", remainders),
    Family("digits", "number theory", digits),
    Family("exponents", "number theory", exponents, share=0.25),
    Family("multiples", "number theory", multiples),
)
