"""Geometry: fields, right triangles, polygons, boxes, similar figures."""

from collections.abc import Iterator

from tasks.micromath.builder import Builder, Family


def field(b: Builder) -> Iterator[str]:
    """A rectangle with a path around it."""
    b.draw("l", 6, 29)
    b.draw("w", 4, 9)
    b.tell("A garden is {l} meters long and {w} meters wide.")
    b.step("area", "area", "l * w", ("2 * (l + w)", 0.1))
    yield "What is its area?"
    b.draw("p", 1, 3)
    b.tell("A path {p} meters wide runs around it.")
    b.step("length", "outer length", "l + 2 * p", ("l + p", 0.4))
    yield "How long is garden with path?"
    b.step("width", "outer width", "w + 2 * p", ("w + p", 0.25))
    b.step("whole", "outer area", "length * width", ("2 * (length + width)", 0.08))
    yield "What area do garden and path cover?"
    b.step("path", "area of the path", "whole - area", ("whole", 0.15))
    yield "What is the area of the path?"
    b.draw("cost", 2, 5)
    b.tell("A square meter of path costs {cost} dollars, a meter of outer fence 2 dollars.")
    b.step("stones", "cost of the path", "path * cost")
    b.step("fence", "outer perimeter", "2 * (length + width)", ("length + width", 0.35))
    b.step("total", "total cost", "stones + 2 * fence", ("stones + fence", 0.2))
    yield "What do path and fence cost?"


def right_triangle(b: Builder) -> Iterator[str]:
    """Pythagoras, area, height on the hypotenuse."""
    short, long = b.pick_pair((3, 4), (6, 8), (5, 12), (8, 15), (9, 12), (12, 16), (15, 20), (7, 24), (10, 24))
    b.given("a", b.pick(short, long))
    b.given("b", short + long - int(b.value("a")))
    b.tell(f"A right-angled {b.word('roof', 'sail', 'sign', 'plot', 'kite')} has legs {{a}} and {{b}}.")
    b.step("first", "square of the first leg", "a^2")
    b.step("second", "square of the second leg", "b^2")
    b.step("sum", "sum of squares", "first + second", ("second - first", 0.1))
    yield "What is the square of its hypotenuse?"
    b.step("c", "hypotenuse", "sqrt(sum)", ("a + b", 0.15))
    yield "How long is its hypotenuse?"
    b.draw("k", 2, 5)
    b.tell("A wall of the same shape is {k} times as long.")
    b.step("around", "perimeter", "a + b + c", ("a + b", 0.1))
    b.step("wall", "perimeter of the wall", "k * around", ("k + around", 0.08))
    yield "What is the perimeter of the wall?"
    b.step("area", "area", "a * b / 2", ("a * b", 0.3))
    b.step("height", "height on the hypotenuse", "2 * area / c", ("area / c", 0.4))
    yield "What is its own height on the hypotenuse?"
    b.step("scaled", "area of the wall", "k^2 * area", ("k * area", 0.6))
    b.step("gap", "difference", "scaled - wall")
    yield "By how much is the area of the wall above its perimeter?"


def polygon(b: Builder) -> Iterator[str]:
    """Angles and diagonals."""
    b.draw("n", 5, 9)
    b.draw("m", 2, 9)
    b.tell("A polygon has {n} sides. Cut {m} copies of it into triangles by diagonals from one corner.")
    b.step("triangles", "number of triangles", "n - 2", ("n", 0.25), ("n - 1", 0.1))
    b.step("pieces", "number of pieces", "m * triangles", ("m + triangles", 0.05))
    yield "How many pieces are there?"
    b.step("sum", "angle sum", "triangles * 180", ("n * 180", 0.12))
    b.step("share", "sum for all copies", "sum / 90 * m", ("sum / 90", 0.15))
    yield "How many right angles do the angles of all copies make together?"
    b.draw("k", 90, 150)
    b.tell("All its angles but one are {k} degrees.")
    b.step("others", "number of known angles", "n - 1", ("n", 0.3))
    b.step("known", "sum of known angles", "others * k")
    b.step("last", "last angle", "sum - known", ("sum - k", 0.12))
    b.require(20 < b.value("last") < 180)
    yield "What is the last angle?"
    b.step("outer", "outer angle", "180 - last", ("360 - last", 0.35))
    yield "What is the outer angle at the last corner?"
    b.step("ends", "number of diagonal ends", "n * (n - 3)", ("n * (n - 1)", 0.2))
    b.step("diagonals", "number of diagonals", "ends / 2", ("ends", 0.25))
    b.step("gap", "difference", "outer - diagonals")
    yield "Take the number of diagonals from the outer angle at the last corner. What is left?"


def box(b: Builder) -> Iterator[str]:
    """Volume, surface, filling."""
    b.draw("l", 3, 9)
    b.draw("w", 2, 8)
    b.draw("h", 2, 9)
    b.tell("A box is {l} by {w} by {h}.")
    b.step("base", "base area", "l * w", ("l + w", 0.08))
    yield "What is the area of its {l} by {w} face?"
    b.step("volume", "volume", "base * h", ("base + h", 0.08))
    yield "What is its volume?"
    b.step("front", "front area", "l * h")
    b.step("side", "side area", "w * h")
    b.step("half", "sum of the three areas", "base + front + side")
    b.step("surface", "surface", "2 * half", ("half", 0.4))
    yield "What is its surface?"
    b.step("open", "open surface", "surface - base", ("surface - 2 * base", 0.2), ("surface", 0.2))
    yield "The box has no lid, its base is {l} by {w}. What is its surface now?"
    b.draw("k", 2, 3)
    b.tell("A larger open box has each length times {k}.")
    b.step("large", "large surface", "open * k^2", ("open * k", 0.6))
    yield "The small box has no lid, its base is {l} by {w}. What is the surface of the larger one?"


def similar(b: Builder) -> Iterator[str]:
    """Maps and models: lengths, areas and volumes scale differently."""
    b.draw("a", 3, 15)
    b.draw("k", 2, 6)
    b.given("b", int(b.value("a")) * int(b.value("k")))
    b.tell("A model tower is {a} inches high, a larger one {b}.")
    b.step("scale", "scale", "b / a", ("b - a", 0.15))
    yield "By which factor is the larger one higher?"
    b.draw("w", 2, 9)
    b.tell("The small one is {w} inches wide.")
    b.step("wide", "large width", "w * scale", ("w + b - a", 0.15))
    yield "How wide is the larger one?"
    b.draw("s", 5, 30)
    b.tell("Painting the small one takes {s} grams.")
    b.step("ratio", "ratio of areas", "scale^2", ("scale", 0.4))
    b.step("paint", "paint", "s * ratio")
    yield "How many grams does painting the larger one take?"
    b.draw("v", 2, 9)
    b.tell("The small one weighs {v} pounds.")
    b.step("cube", "ratio of volumes", "scale^3", ("scale", 0.2), ("scale^2", 0.2))
    b.step("weight", "large weight", "v * cube")
    yield "How many pounds does the larger one weigh?"
    b.draw("n", 2, 4)
    b.step("all", "weight of all", "n * weight")
    b.step("both", "total weight", "all + v", ("all", 0.25))
    yield "How many pounds do {n} larger ones and the small one weigh?"


FAMILIES = (
    Family("field", "geometry", field),
    Family("right_triangle", "geometry", right_triangle),
    Family("polygon", "geometry", polygon, share=0.25),
    Family("box", "geometry", box),
    Family("similar", "geometry", similar),
)
