"""Out of distribution: motion with constant acceleration, and two moving bodies."""

from collections.abc import Iterator

from tasks.micromath.builder import Builder, Family


def acceleration(b: Builder) -> Iterator[str]:
    """Velocity, displacement, braking."""
    b.draw("u", 2, 12)
    b.draw("a", 2, 6)
    b.draw("t", 2, 7)
    b.tell("A train moves at {u} m/s and accelerates at {a} m/s^2 for {t} s.")
    b.step("v", "final velocity", "u + a * t", ("a * t", 0.1))
    yield "What is its final velocity?"
    b.draw("r", 2, 8)
    b.tell("Then it brakes at {r} m/s^2.")
    b.step("stop", "braking time", "v / r", ("v * r", 0.05))
    b.require(b.value("stop").denominator <= 2)
    yield "How long does it brake until rest?"
    b.step("early", "displacement without acceleration", "u * t")
    b.step("late", "displacement by acceleration", "a * t^2 / 2", ("a * t^2", 0.2))
    b.step("s", "displacement", "early + late", ("late", 0.1))
    yield "What is its displacement before it brakes?"
    b.step("brake", "braking distance", "v * stop / 2", ("v * stop", 0.25))
    b.require(b.value("brake").denominator <= 2)
    yield "What is its braking distance?"
    b.step("time", "total time", "t + stop")
    b.step("mean", "mean velocity", "(s + brake) / time", ("v / 2", 0.2))
    b.require(b.value("mean").denominator <= 20)
    yield "What is its mean velocity from start to rest?"


def pursuit(b: Builder) -> Iterator[str]:
    """Relative velocity."""
    b.draw("v", 3, 9)
    b.draw("h", 2, 9)
    b.tell("A ship sails at {v} knots for {h} hours.")
    b.step("ahead", "lead", "v * h")
    yield "What is its lead in miles?"
    b.draw("w", 8, 20)
    b.require(b.value("w") > b.value("v"))
    b.tell("A cutter follows at {w} knots.")
    b.step("relative", "relative velocity", "w - v", ("w + v", 0.15))
    b.step("catch", "pursuit time", "ahead / relative", ("ahead / w", 0.15))
    b.require(b.value("catch").denominator <= 6)
    yield "How long is the pursuit in hours?"
    b.step("miles", "pursuit distance", "w * catch", ("v * catch", 0.1))
    yield "How far does the cutter sail?"
    b.draw("c", 2, 5)
    b.require(b.value("c") < b.value("v"))
    b.tell("Both return against a current of {c} knots.")
    b.step("ground", "ground velocity of the ship", "v - c", ("v + c", 0.1))
    b.step("back", "return time of the ship", "miles / ground", ("miles / v", 0.1))
    b.require(b.value("back").denominator <= 12)
    yield "How long does the ship need to return?"
    b.step("quick", "ground velocity of the cutter", "w - c", ("w + c", 0.1))
    b.step("home", "return time of the cutter", "miles / quick", ("miles / w", 0.1))
    b.step("wait", "waiting time", "back - home", ("home - back", 0.1))
    yield "How long does the cutter wait at home?"


FAMILIES = (
    Family("acceleration", "kinematics", acceleration, share=0.8),
    Family("pursuit", "kinematics", pursuit, share=0.8),
)
