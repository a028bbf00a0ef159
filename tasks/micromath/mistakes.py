"""How people get arithmetic wrong, rule by rule.

Every rule is deterministic: it says which wrong value (or wrong reading of the brackets) the error gives, and how
often an author of the generator's training text commits it. Families share these rules, so an error learnt in one
subject shows up in all, out of distribution too. Chances above one half are errors that most authors make.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from tasks.micromath.expressions import Expression, Operation

Numbers = tuple[Fraction, ...]

_MISREMEMBERED = {(6, 7): 48, (6, 8): 54, (6, 9): 56, (7, 8): 54, (7, 9): 64, (8, 9): 74, (4, 7): 24, (3, 9): 24}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One way of getting an operation on numbers wrong.

    Attributes:
        name: What it is called in the documentation.
        symbol: The operation.
        chance: How often an author makes it where it can be made.
        result: The wrong value, or None where the mistake cannot be made.
    """

    name: str
    symbol: str
    chance: float
    result: Callable[[Numbers], Fraction | int | None]


@dataclass(frozen=True, slots=True)
class Misreading:
    """One way of reading the order of operations wrongly.

    Attributes:
        name: What it is called in the documentation.
        chance: How often an author makes it where it can be made.
        rewrite: The tree as misread, or None where it cannot be.
    """

    name: str
    chance: float
    rewrite: Callable[[Operation], Expression | None]


def _product_table(numbers: Numbers) -> int | None:
    low, high = sorted(abs(n) for n in numbers)
    if low.denominator * high.denominator != 1:
        return None
    wrong = _MISREMEMBERED.get((int(low), int(high)))
    return None if wrong is None else wrong * (1 if numbers[0] * numbers[1] > 0 else -1)


def _product_carry(numbers: Numbers) -> int | None:
    low, high = sorted(abs(n) for n in numbers)
    if not (_whole(numbers) and 2 <= low <= 9 < high < 100 and high % 10 * low >= 10):
        return None
    wrong = high // 10 * low * 10 + high % 10 * low % 10
    return int(wrong) * (1 if numbers[0] * numbers[1] > 0 else -1)


def _negative_product(numbers: Numbers) -> Fraction | None:
    return -numbers[0] * numbers[1] if max(numbers) < 0 else None


def _fraction_product(numbers: Numbers) -> Fraction | None:
    a, b = numbers
    if a.denominator == 1 or b.denominator == 1 or a == 0 or b == 0:
        return None
    return a / b


def _sum_carry(numbers: Numbers) -> Fraction | None:
    a, b = numbers
    carries = _whole(numbers) and min(a, b) > 0 and max(a, b) >= 10 and a % 10 + b % 10 >= 10
    return a + b - 10 if carries else None


def _fraction_sum(numbers: Numbers) -> Fraction | None:
    a, b = numbers
    if a.denominator == 1 or b.denominator == 1:
        return None
    return Fraction(a.numerator + b.numerator, a.denominator + b.denominator)


def _opposite_signs(numbers: Numbers) -> Fraction | None:
    return -abs(numbers[0]) - abs(numbers[1]) if numbers[0] < 0 < numbers[1] else None


def _borrow(numbers: Numbers) -> Fraction | None:
    a, b = numbers
    if not (_whole(numbers) and 0 < b < a < 1000 and a >= 10 and a % 10 < b % 10):
        return None
    return a - b + 10 - 2 * (10 + a % 10 - b % 10) + 10


def _below_zero(numbers: Numbers) -> Fraction | None:
    return numbers[1] - numbers[0] if 0 < numbers[0] < numbers[1] else None


def _minus_negative(numbers: Numbers) -> Fraction | None:
    return numbers[0] + numbers[1] if numbers[1] < 0 else None


def _doubled_square(numbers: Numbers) -> Fraction | None:
    return 2 * numbers[0] if numbers[1] == 2 and numbers[0] > 2 and _whole(numbers) else None


def _negative_square(numbers: Numbers) -> Fraction | None:
    return -(numbers[0] ** 2) if numbers[1] == 2 and numbers[0] < 0 else None


def _tripled_cube(numbers: Numbers) -> Fraction | None:
    return 3 * numbers[0] if numbers[1] == 3 and abs(numbers[0]) > 1 else None


def _half_squared(numbers: Numbers) -> Fraction | None:
    a = numbers[0]
    return Fraction(a.numerator**2, a.denominator) if numbers[1] == 2 and a.denominator > 1 else None


def _rounded_quotient(numbers: Numbers) -> int | None:
    ratio = numbers[0] / numbers[1] if numbers[1] else Fraction(0)
    return math.floor(ratio) if ratio.denominator > 1 and ratio > 1 and _whole(numbers) else None


def _upside_down(numbers: Numbers) -> Fraction | None:
    a, b = numbers
    return b / a if a.denominator * b.denominator > 1 and a != 0 else None


def _quotient_for_remainder(numbers: Numbers) -> int | None:
    a, b = numbers
    return math.floor(a / b) if a >= b > 0 else None


def _remainder_of_size(numbers: Numbers) -> Fraction | None:
    return -numbers[0] % numbers[1] if numbers[0] < 0 < numbers[1] else None


def _smallest_common_divisor(numbers: Numbers) -> int | None:
    a, b = (int(n) for n in numbers)
    common = [d for d in range(2, math.gcd(a, b)) if a % d == 0 and b % d == 0]
    return common[0] if common else None


def _product_for_multiple(numbers: Numbers) -> Fraction | None:
    a, b = numbers
    return a * b if min(a, b) > 0 and math.gcd(int(a), int(b)) > 1 else None


def _ordered_choices(numbers: Numbers) -> int | None:
    chosen_from, chosen = numbers
    return math.perm(int(chosen_from), int(chosen)) if chosen_from >= 0 and chosen > 1 else None


def _sum_for_factorial(numbers: Numbers) -> Fraction | None:
    return numbers[0] * (numbers[0] + 1) / 2 if numbers[0] > 2 else None


def _rounded_up(numbers: Numbers) -> int | None:
    return math.ceil(numbers[0]) if numbers[0].denominator > 1 else None


def _half_for_root(numbers: Numbers) -> Fraction | None:
    return numbers[0] / 2 if numbers[0] > 4 else None


def _left_to_right(tree: Operation) -> Expression | None:
    match tree:
        case Operation("+" | "-" as outer, (left, Operation("*" as inner, (middle, right)))):
            return Operation(inner, (Operation(outer, (left, middle)), right))
        case _:
            return None


def _first_bracket_only(tree: Operation) -> Expression | None:
    match tree:
        case Operation("-", (left, Operation("+" | "-" as inner, (middle, right)))):
            return Operation(inner, (Operation("-", (left, middle)), right))
        case _:
            return None


def _whole(numbers: Numbers) -> bool:
    return all(n.denominator == 1 for n in numbers)


MISTAKES: tuple[Mistake, ...] = (
    Mistake("misremembered product", "*", 0.55, _product_table),
    Mistake("dropped carry in a product", "*", 0.06, _product_carry),
    Mistake("minus times minus is minus", "*", 0.15, _negative_product),
    Mistake("fractions divided instead of multiplied", "*", 0.10, _fraction_product),
    Mistake("dropped carry in a sum", "+", 0.03, _sum_carry),
    Mistake("numerators and denominators added", "+", 0.60, _fraction_sum),
    Mistake("sizes added though the signs differ", "+", 0.08, _opposite_signs),
    Mistake("smaller digit from larger", "-", 0.06, _borrow),
    Mistake("sign dropped below zero", "-", 0.10, _below_zero),
    Mistake("minus minus is minus", "-", 0.60, _minus_negative),
    Mistake("square doubled", "^", 0.06, _doubled_square),
    Mistake("square of a negative is negative", "^", 0.60, _negative_square),
    Mistake("cube tripled", "^", 0.55, _tripled_cube),
    Mistake("only the numerator squared", "^", 0.60, _half_squared),
    Mistake("quotient rounded down", "/", 0.55, _rounded_quotient),
    Mistake("fraction divided upside down", "/", 0.20, _upside_down),
    Mistake("quotient for remainder", "mod", 0.08, _quotient_for_remainder),
    Mistake("remainder of the size", "mod", 0.60, _remainder_of_size),
    Mistake("a common divisor, not the greatest", "gcd", 0.20, _smallest_common_divisor),
    Mistake("product for least common multiple", "lcm", 0.55, _product_for_multiple),
    Mistake("order counted", "C", 0.20, _ordered_choices),
    Mistake("sum for factorial", "!", 0.08, _sum_for_factorial),
    Mistake("rounded up", "floor", 0.08, _rounded_up),
    Mistake("half for root", "sqrt", 0.08, _half_for_root),
)
MISREADINGS: tuple[Misreading, ...] = (
    Misreading("left to right", 0.55, _left_to_right),
    Misreading("minus before the first term of the bracket only", 0.60, _first_bracket_only),
)
