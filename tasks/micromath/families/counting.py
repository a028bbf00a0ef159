"""Counting and probability: committees, arrangements, draws, dice, handshakes."""

from collections.abc import Iterator

from tasks.micromath.builder import Builder, Family


def committees(b: Builder) -> Iterator[str]:
    """Choosing without order."""
    b.draw("n", 4, 9)
    b.draw("k", 2, 4)
    b.draw("m", 3, 9)
    b.draw("j", 1, 3)
    b.require(b.value("k") < b.value("n") and b.value("j") < b.value("m"))
    b.tell("A club has {n} women and {m} men.")
    b.step("women", "number of choices of women", "C(n, k)")
    yield "In how many ways can {k} women be chosen?"
    b.step("men", "number of choices of men", "C(m, j)")
    b.step("both", "number of committees", "women * men", ("women + men", 0.3))
    yield "In how many ways can {k} women and {j} men be chosen?"
    b.step("with_ann", "number of choices with Ann", "C(n - 1, k - 1)", ("C(n - 1, k)", 0.35))
    b.step("fixed", "number of committees with Ann", "with_ann * men", ("with_ann + men", 0.1))
    yield "In how many ways can {k} women, Ann among them, and {j} men be chosen?"
    b.step("size", "size of the committee", "k + j", ("k * j", 0.05))
    b.step("chairs", "number with a chair", "both * size", ("both", 0.15), ("both + size", 0.12))
    yield "In how many ways can {k} women and {j} men be chosen, one of them as chair?"
    b.step("chance", "chance", "fixed / both", ("with_ann / both", 0.15))
    yield "If {k} women and {j} men are chosen at random, what is the chance that Ann is among them?"


def arrangements(b: Builder) -> Iterator[str]:
    """Orders of letters, with repeats and blocks."""
    b.draw("n", 3, 6)
    b.draw("h", 2, 60)
    b.tell("There are {n} different cards. Bea tries every order of them once and {h} of the orders twice.")
    b.step("orders", "number of orders", "n!", ("n^2", 0.1))
    b.require(b.value("h") < b.value("orders"))
    b.step("tries", "number of tries", "orders + h", ("orders + 2 * h", 0.15))
    yield "How many tries is that?"
    b.draw("k", 2, 3)
    b.require(b.value("k") < b.value("n"))
    b.tell("Now {k} of them are made alike.")
    b.step("same", "number of equal orders", "k!", ("k", 0.35))
    b.step("distinct", "number of distinct orders", "orders / same", ("orders - same", 0.2))
    b.require(b.value("distinct").denominator == 1)
    yield "How many distinct orders are there?"
    b.step("places", "number of gaps", "n + 1", ("n", 0.4))
    b.step("more", "number of orders with a joker", "distinct * places", ("distinct + places", 0.1))
    yield "A joker is put anywhere into the row. How many distinct rows are there now?"
    b.step("ends", "number of orders with the joker at an end", "2 * distinct", ("distinct", 0.4))
    b.step("middle", "number of orders with the joker inside", "more - ends")
    yield "A joker is put into the row, but at neither end. How many distinct rows are there?"
    b.step("chance", "chance", "middle / more", ("ends / more", 0.15))
    b.step("square", "chance of both", "chance^2", ("chance", 0.2))
    b.require(b.value("chance") > 0)
    yield "A joker is put into the row at random, twice. What is the chance that it is at neither end both times?"


def urn(b: Builder) -> Iterator[str]:
    """Draws without replacement."""
    b.draw("r", 2, 9)
    b.draw("w", 2, 9)
    b.tell(f"{b.word('An urn', 'A bag', 'A box', 'A jar')} holds {{r}} red and {{w}} white balls.")
    b.step("n", "number of balls", "r + w")
    yield "How many balls are there?"
    b.step("first", "chance of red", "r / n", ("r / w", 0.25))
    yield "What is the chance to draw red?"
    b.step("left", "number of balls left", "n - 1", ("n", 0.6))
    b.step("second", "chance of red again", "(r - 1) / left", ("r / left", 0.15))
    yield "A red ball is drawn and kept out. What is the chance that the next is red too?"
    b.step("both", "chance of two red", "first * second", ("first + second", 0.2))
    b.require(b.value("second") > 0)
    yield "Two balls are drawn together. What is the chance that both are red?"
    b.step("none", "chance of some white", "1 - both", ("both", 0.1), ("w / n", 0.35))
    yield "Two balls are drawn together. What is the chance that at least one is white?"


def dice(b: Builder) -> Iterator[str]:
    """At least one, by the complement."""
    b.draw("n", 5, 15)
    b.draw("k", 1, 6)
    b.draw("j", 1, 4)
    b.require(b.value("k") + b.value("j") < b.value("n"))
    b.tell("A wheel has {n} equal fields, {k} of them gold and {j} silver.")
    b.step("hit", "chance of gold", "k / n", ("k / j", 0.06))
    yield "What is the chance of gold in one turn?"
    b.step("miss", "chance of no gold", "1 - hit", ("hit", 0.08))
    b.step("two", "chance of two misses", "miss^2", ("2 * miss", 0.15))
    yield "What is the chance of no gold in two turns?"
    b.step("some", "chance of some gold", "1 - two", ("2 * hit", 0.6), ("1 - hit", 0.05))
    yield "What is the chance of gold at least once in two turns?"
    b.draw("prize", 10, 90)
    b.tell("A game of two turns pays {prize} coins when gold comes at least once.")
    b.step("mean", "mean gain", "some * prize", ("hit * prize", 0.2))
    b.require(b.value("mean").denominator <= 5)
    yield "What does a game pay on average?"
    b.draw("stake", 5, 30)
    b.tell("A game costs {stake} coins.")
    b.step("win", "mean profit", "mean - stake", ("stake - mean", 0.12))
    b.draw("games", 2, 6)
    b.step("sum", "mean profit of all games", "games * win", ("win", 0.1))
    yield "What is the mean profit of {games} games?"


def handshakes(b: Builder) -> Iterator[str]:
    """Pairs, teams and matches."""
    b.draw("n", 4, 16)
    b.draw("m", 2, 9)
    b.tell("At a party {n} adults shake hands, each with each, while {m} children watch.")
    b.step("pairs", "number of pairs", "n * (n - 1)", ("n * n", 0.15))
    b.step("shakes", "number of handshakes", "pairs / 2", ("pairs", 0.4))
    yield "How many handshakes are there?"
    b.tell("Then each child shakes hands with each adult.")
    b.step("more", "number of new handshakes", "n * m", ("m", 0.15), ("n + m", 0.2))
    b.step("total", "number of all handshakes", "shakes + more")
    yield "How many handshakes are there in all?"
    b.step("guests", "number of people", "n + m")
    b.step("mean", "mean number of handshakes", "2 * total / guests", ("total / guests", 0.6))
    b.require(b.value("mean").denominator <= 9)
    yield "How many hands has a person shaken on average?"
    b.step("possible", "number of possible handshakes", "C(guests, 2)")
    b.step("missing", "number of missing handshakes", "possible - total", ("possible - more", 0.15))
    yield "How many pairs of people have not shaken hands?"
    b.step("part", "missing part", "missing / possible", ("missing / total", 0.12))
    yield "What part of all pairs of people have not shaken hands?"


FAMILIES = (
    Family("committees", "counting and probability", committees),
    Family("arrangements", "counting and probability", arrangements, share=0.25),
    Family("urn", "counting and probability", urn),
    Family("dice", "counting and probability", dice),
    Family("handshakes", "counting and probability", handshakes),
)
