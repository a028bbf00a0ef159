"""Prealgebra: money, reading, fractions, averages, shares."""

from collections.abc import Iterator

from tasks.micromath.builder import Builder, Family


def shopping(b: Builder) -> Iterator[str]:
    """Cost, shipping, a discount, change, an equal split."""
    b.draw("price", 3, 12)
    b.draw("count", 3, 9)
    thing = b.word("pens", "books", "lamps", "bags")
    b.tell(f"A shop sells {thing} at {{price}} dollars each. Ann buys {{count}}.")
    b.step("cost", "cost", "count * price", ("count + price", 0.06))
    yield "What does she pay?"
    b.draw("fee", 2, 9)
    b.tell("Shipping is {fee} dollars per item.")
    b.step("shipping", "shipping", "count * fee", ("fee", 0.45))
    b.step("bill", "bill", "cost + shipping")
    yield "What is the bill?"
    b.given("percent", b.pick(10, 20, 25, 50))
    b.tell("A coupon takes {percent} percent off the bill.")
    b.step("discount", "discount", "bill * percent / 100", ("percent", 0.2))
    b.step("total", "total", "bill - discount", ("discount", 0.3))
    b.require(b.value("discount").denominator == 1)
    yield "What is left to pay?"
    b.given("note", b.pick(100, 150, 200))
    b.require(b.value("note") > b.value("bill"))
    b.tell("She pays with {note} dollars.")
    b.step("change", "change", "note - total", ("note - bill", 0.15))
    yield "What is her change?"
    b.draw("friends", 2, 6)
    b.tell("She shares the change with {friends} friends.")
    b.step("people", "number of people", "friends + 1", ("friends", 0.6))
    b.step("share", "share", "change / people")
    b.require(b.value("share").denominator == 1)
    yield "What does each person get?"


def reading(b: Builder) -> Iterator[str]:
    """Pages read, pages left, a faster pace, whole days."""
    b.draw("pace", 6, 25)
    b.draw("days", 3, 9)
    name = b.word("Tom", "Eva", "Sam")
    b.tell(f"{name} reads {{pace}} pages a day for {{days}} days.")
    b.step("read", "number of pages read", "pace * days")
    yield "How many pages is that?"
    b.draw("pages", 150, 400)
    b.require(b.value("pages") > b.value("read") + 40)
    b.tell("The book has {pages} pages.")
    b.step("left", "number of pages left", "pages - read")
    yield "How many pages are left?"
    b.draw("more", 3, 15)
    b.tell("From then on the pace grows by {more} pages a day.")
    b.step("speed", "new pace", "pace + more", ("more", 0.35))
    b.step("time", "time", "left / speed", ("left / pace", 0.2))
    b.require(b.value("time").denominator == 1)
    yield "How many days does the rest take?"
    b.step("all_days", "number of days", "days + time", ("time", 0.4))
    yield "How many days does the whole book take?"
    b.step("mean", "mean pace", "pages / all_days", ("(pace + speed) / 2", 0.6))
    b.require(b.value("mean").denominator <= 12)
    yield "What is the mean number of pages a day?"


def fractions(b: Builder) -> Iterator[str]:
    """Sums of fractions over a common denominator."""
    low, high = b.draw("p", 2, 7), b.draw("q", 3, 9)
    b.require(low != high)
    b.draw("m", 1, 3)
    b.draw("n", 1, 4)
    b.require(b.value("m") < low and b.value("n") < high)
    b.tell("A tank is filled {m}/{p} of the way, then {n}/{q} of the way is added.")
    b.step("base", "common denominator", "lcm(p, q)")
    yield "Over which common denominator can the parts be added?"
    b.step("first", "first numerator", "m * base / p", ("m", 0.25))
    b.step("second", "second numerator", "n * base / q", ("n", 0.25))
    b.step("sum", "sum", "(first + second) / base")
    yield "What part is filled?"
    b.given("size", int(b.value("base")) * b.draw("unit", 2, 6))
    b.tell("The tank holds {size} liters.")
    b.step("water", "amount of water", "sum * size", ("size / sum", 0.1))
    yield "How many liters are in it?"
    b.draw("leak", 2, 5)
    b.draw("hours", 2, 6)
    b.tell("It loses {leak} liters an hour for {hours} hours.")
    b.step("lost", "loss", "leak * hours", ("leak", 0.2))
    b.step("rest", "rest", "water - lost", ("size - lost", 0.25))
    b.require(b.value("rest") > 0)
    yield "How many liters remain?"
    b.step("empty", "empty part", "(size - rest) / size", ("rest / size", 0.5))
    yield "What part of the tank is empty?"


def averages(b: Builder) -> Iterator[str]:
    """A total, a mean, a missing value, a changed mean."""
    b.draw("a", 11, 60)
    b.draw("b", 11, 60)
    b.draw("c", 11, 60)
    b.tell("A player scores {a}, {b} and {c} points in three games.")
    b.step("sum", "sum", "a + b + c")
    yield "How many points is that?"
    b.step("mean", "mean", "sum / 3", ("sum / 2", 0.08))
    b.require(b.value("mean").denominator == 1)
    yield "What is the mean?"
    b.draw("goal", 20, 60)
    b.tell("After a fourth game the mean is {goal}.")
    b.step("whole", "new sum", "4 * goal", ("3 * goal", 0.35))
    b.step("fourth", "fourth score", "whole - sum", ("goal", 0.25), ("4 * goal - mean", 0.1))
    b.require(0 < b.value("fourth") < 100)
    yield "What is the fourth score?"
    b.draw("bonus", 2, 9)
    b.tell("Then each of the four scores is raised by {bonus}.")
    b.step("gain", "gain", "4 * bonus", ("bonus", 0.3))
    b.step("raised", "raised sum", "whole + gain")
    yield "What is the sum of the raised scores?"
    b.step("top", "raised mean", "raised / 4", ("raised / 3", 0.15), ("goal", 0.2))
    b.step("double", "doubled mean", "2 * top")
    yield "What is twice the new mean?"


def sharing(b: Builder) -> Iterator[str]:
    """Shares in a ratio."""
    b.draw("m", 2, 7)
    b.draw("n", 2, 9)
    b.given("whole", (int(b.value("m")) + int(b.value("n"))) * b.draw("unit", 4, 20))
    b.tell("Kim and Lee share {whole} coins in the ratio {m} to {n}.")
    b.step("parts", "number of parts", "m + n", ("2", 0.1))
    yield "How many equal parts are there?"
    b.step("part", "size of a part", "whole / parts", ("whole / m", 0.2))
    yield "How many coins are in one part?"
    b.step("kim", "share of Kim", "part * m", ("whole / m", 0.2))
    b.step("lee", "share of Lee", "whole - kim", also=("part * n",))
    yield "How many coins does Lee get?"
    b.draw("gift", 2, 9)
    b.tell("Lee gives {gift} coins to Kim.")
    b.step("lee_after", "new share of Lee", "lee - gift", ("lee + gift", 0.12))
    b.step("kim_after", "new share of Kim", "kim + gift", ("kim - gift", 0.12), ("kim", 0.3))
    b.require(b.value("lee_after") > 0)
    yield "How many coins does Kim have now?"
    b.step("gap", "difference", "lee_after - kim_after", ("lee_after - kim", 0.3))
    b.step("square", "square of the difference", "gap^2")
    b.require(abs(b.value("gap")) < 20)
    yield "Square the difference between the shares of Lee and Kim. What is the result?"


FAMILIES = (
    Family("shopping", "prealgebra", shopping),
    Family("reading", "prealgebra", reading),
    Family("fractions", "prealgebra", fractions),
    Family("averages", "prealgebra", averages),
    Family("sharing", "prealgebra", sharing, share=0.25),
)
