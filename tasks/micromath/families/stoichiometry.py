"""Out of distribution: molar masses, reaction ratios, dilution."""

from collections.abc import Iterator

from tasks.micromath.builder import Builder, Family


def reaction(b: Builder) -> Iterator[str]:
    """From the mass of a reactant to the mass of a product."""
    x, y = b.draw("x", 1, 3), b.draw("y", 1, 4)
    b.given("e", b.pick(12, 14, 23, 27))
    b.given("f", b.pick(1, 16, 19))
    b.tell("A molecule holds {x} atoms of mass {e} and {y} atoms of mass {f}.")
    b.step("first", "mass of the first atoms", "x * e")
    b.step("molar", "molar mass", "first + y * f", ("e + f", 0.15))
    yield "What is its molar mass?"
    b.given("grams", (x * int(b.value("e")) + y * int(b.value("f"))) * b.draw("n", 2, 6))
    b.tell("A flask holds {grams} grams of it.")
    b.step("moles", "number of moles", "grams / molar", ("molar / grams", 0.06))
    yield "How many moles are in the flask?"
    b.draw("p", 2, 3)
    b.draw("r", 3, 5)
    b.require(b.value("p") < b.value("r"))
    b.tell("Every {p} moles react to {r} moles of salt.")
    b.step("ratio", "mole ratio", "r / p", ("p / r", 0.2))
    b.step("salt", "moles of salt", "moles * ratio", ("moles / ratio", 0.06))
    yield "How many moles of salt form?"
    b.given("m", b.pick(18, 20, 36, 40))
    b.tell("Salt has molar mass {m}.")
    b.step("mass", "mass of salt", "salt * m", ("salt + m", 0.06))
    yield "What is the mass of salt?"
    b.given("percent", b.pick(50, 75, 80))
    b.tell("The yield is {percent} percent.")
    b.step("true_mass", "real mass", "mass * percent / 100", ("percent", 0.05))
    b.step("lost", "lost mass", "mass - true_mass", ("true_mass", 0.15))
    b.require(b.value("lost").denominator <= 2)
    yield "What mass of salt is lost?"


def dilution(b: Builder) -> Iterator[str]:
    """Concentration, and how it changes."""
    b.draw("c", 3, 12)
    b.draw("v", 2, 9)
    b.tell("A beaker holds {v} liters of acid with {c} moles per liter.")
    b.step("acid", "amount of acid", "c * v", ("c + v", 0.05))
    yield "How many moles of acid are dissolved?"
    b.draw("w", 2, 9)
    b.tell("Then {w} liters of water are poured in.")
    b.step("volume", "new volume", "v + w", ("w", 0.1))
    b.step("thin", "new concentration", "acid / volume", ("acid / w", 0.12))
    yield "What is the new concentration?"
    b.draw("k", 2, 4)
    b.step("strength", "squared concentration", "thin^2")
    b.step("rate", "reaction rate", "k * strength", ("k * thin", 0.15))
    b.require(b.value("thin").denominator <= 5)
    yield "The rate is {k} times the squared concentration. What is it?"
    b.draw("b", 2, 30)
    b.require(b.value("b") < b.value("acid"))
    b.tell("A base neutralizes {b} moles.")
    b.step("rest", "unused acid", "acid - b", ("b", 0.1))
    b.step("final", "final concentration", "rest / volume", ("rest / v", 0.2))
    b.step("drop", "drop", "c - final", ("final - c", 0.1))
    yield "By how much did the concentration drop in all?"
    b.step("weak", "squared final concentration", "final^2")
    b.step("slow", "final rate", "k * weak", ("k * final", 0.15))
    b.step("fall", "fall", "rate - slow", ("slow - rate", 0.1))
    yield "The rate is {k} times the squared concentration. How far does the base make it fall?"


FAMILIES = (
    Family("reaction", "stoichiometry", reaction, share=0.8),
    Family("dilution", "stoichiometry", dilution, share=0.8),
)
