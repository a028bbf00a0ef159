"""The authors' own examples with the scores that they print: what ``bonbench verify-setup`` compares with.

Texts and numbers are those of the model cards and READMEs named in each; spaces and characters count.
"""

from verifiers.engine.checkpoint import Golden

EGGS_PROBLEM = (
    "Janet’s ducks lay 16 eggs per day. She eats three for breakfast every morning and bakes muffins for her friends "
    "every day with four. She sells the remainder at the farmers' market daily for $2 per fresh duck egg. How much in "
    "dollars does she make every day at the farmers' market?"
)
_SHEPHERD_STEPS = (
    "Step 1: Janet's ducks lay 16 eggs per day.",
    "Step 2: She eats three for breakfast every morning, so she has 16 - 3 = 13 eggs left.",
    "Step 3: She bakes muffins for her friends every day with four eggs, so she has 13 - 4 = 9 eggs left.",
)
_SHEPHERD_LAST = (
    "Step 4: She sells the remainder at the farmers' market daily for $2 per fresh duck egg, so she makes 9 * $2 = "
    "${0} every day at the farmers' market. The answer is: {0}"
)
SHEPHERD_EGGS = Golden(
    problem=EGGS_PROBLEM,
    solutions=((*_SHEPHERD_STEPS, _SHEPHERD_LAST.format(18)), (*_SHEPHERD_STEPS, _SHEPHERD_LAST.format(17))),
    scores=((0.9955, 0.9958, 0.9983, 0.9957), (0.9955, 0.9958, 0.9983, 0.0240)),
    tolerance=0.02,
    source="the model card of peiyi9979/math-shepherd-mistral-7b-prm",
)
_FLAMINGOS_PROBLEM = (
    "Sue lives in a fun neighborhood.  One weekend, the neighbors decided to play a prank on Sue.  On Friday morning, "
    "the neighbors placed 18 pink plastic flamingos out on Sue's front yard.  On Saturday morning, the neighbors took "
    "back one third of the flamingos, painted them white, and put these newly painted white flamingos back out on "
    "Sue's front yard.  Then, on Sunday morning, they added another 18 pink plastic flamingos to the collection. At "
    "noon on Sunday, how many more pink plastic flamingos were out than white plastic flamingos?"
)
_FLAMINGOS_FRIDAY = (
    "To find out how many more pink plastic flamingos were out than white plastic flamingos at noon on Sunday, we can "
    "break down the problem into steps. First, on Friday, the neighbors start with 18 pink plastic flamingos."
)
_FLAMINGOS_SATURDAY = (
    "On Saturday, they take back one third of the flamingos. Since there were 18 flamingos, (1/3 \\times 18 = 6) "
    "flamingos are taken back. So, they have (18 - 6 = 12) flamingos left in their possession. Then, they paint these "
    "6 flamingos white and put them back out on Sue's front yard. Now, Sue has the original 12 pink flamingos plus the "
    "6 new white ones. Thus, by the end of Saturday, Sue has (12 + 6 = 18) pink flamingos and 6 white flamingos."
)
_FLAMINGOS_SUNDAY = (
    "On Sunday, the neighbors add another 18 pink plastic flamingos to Sue's front yard. By the end of Sunday morning, "
    "Sue has (18 + 18 = 36) pink flamingos and still 6 white flamingos."
)
_FLAMINGOS_END = (
    "To find the difference, subtract the number of white flamingos from the number of pink flamingos: (36 - 6 = 30). "
    "Therefore, at noon on Sunday, there were 30 more pink plastic flamingos out than white plastic flamingos. The "
    "answer is (\\boxed{30})."
)
QWEN_FLAMINGOS = Golden(
    problem=_FLAMINGOS_PROBLEM,
    solutions=((_FLAMINGOS_FRIDAY, _FLAMINGOS_SATURDAY, _FLAMINGOS_SUNDAY, _FLAMINGOS_END),),
    scores=((1.0, 0.1904296875, 0.9765625, 1.0),),
    tolerance=0.05,
    source="the model card of Qwen/Qwen2.5-Math-PRM-7B",
)
_EGGS_SOLUTION = (
    "To determine how much Janet makes from selling the duck eggs at the farmers' market, we need to follow these "
    "steps:\n\n1. Calculate the total number of eggs laid by the ducks each day.\n2. Determine how many eggs Janet "
    "eats and bakes for herself each day.\n3. Find out how many eggs are left to be sold.\n4. Calculate the revenue "
    "from selling the remaining eggs at $2 per egg.\n\nLet's start with the first step:\n\n1. Janet's ducks lay 16 "
    "eggs per day.\n\nNext, we calculate how many eggs Janet eats and bakes for herself each day:\n\n2. Janet eats 3 "
    "eggs for breakfast every morning.\n3. Janet bakes 4 eggs for her friends every day.\n\nSo, the total number of "
    "eggs Janet eats and bakes for herself each day is:\n\\[ 3 + 4 = 7 \\text{ eggs} \\]\n\nNow, we find out how many "
    "eggs are left to be sold:\n\\[ 16 - 7 = 9 \\text{ eggs} \\]\n\nFinally, we calculate the revenue from selling "
    "the remaining eggs at $2 per egg:\n\\[ 9 \\times 2 = 18 \\text{ dollars} \\]\n\nTherefore, Janet makes "
    "\\boxed{18} dollars every day at the farmers' market."
)
QWEN_EGGS = Golden(
    problem=EGGS_PROBLEM,
    solutions=((_EGGS_SOLUTION,),),
    scores=((3.75,),),
    tolerance=0.2,
    source="the README of QwenLM/Qwen2.5-Math",
)
_APPLES_RIGHT = (
    "1. Jane starts with 12 apples and gives 4 to Mark. 12 - 4 = 8. Jane now has 8 apples.\n2. Jane buys 1 more apple. "
    "8 + 1 = 9. Jane now has 9 apples.\n3. Jane splits the 9 apples equally among herself and her 2 siblings (3 people "
    "in total). 9 ÷ 3 = 3 apples each. Each person gets 3 apples."
)
_APPLES_WRONG = (
    "1. Jane starts with 12 apples and gives 4 to Mark. 12 - 4 = 8. Jane now has 8 apples.\n2. Jane buys 1 more apple. "
    "8 + 1 = 9. Jane now has 9 apples.\n3. Jane splits the 9 apples equally among her 2 siblings (2 people in total). "
    "9 ÷ 2 = 4.5 apples each. Each person gets 4 apples."
)
SKYWORK_APPLES = Golden(
    problem=(
        "Jane has 12 apples. She gives 4 apples to her friend Mark, then buys 1 more apple, and finally splits all her "
        "apples equally among herself and her 2 siblings. How many apples does each person get?"
    ),
    solutions=((_APPLES_RIGHT,), (_APPLES_WRONG,)),
    scores=((23.0,), (3.59375,)),
    tolerance=0.5,
    source="the README of SkyworkAI/Skywork-Reward-V2",
)
_FIBONACCI_PROBLEM = r"""Compute
\[\sum_{n = 1}^\infty \frac{F_{n + 1}}{F_n F_{n + 2}},\]where $F_n$ denotes the $n$th Fibonacci number, so $F_0 = 0$ """
_FIBONACCI_SOLUTION = r"""To compute \[\sum_{n=1}^\infty \frac{F_{n+1}}{F_n F_{n+2}},\] where \( F_n \) is the \
\(n\)-th Fibonacci number, we will use the recurrence relation \( F_{n+2} = F_{n+1} + F_n \) and properties of \
Fibonacci numbers.\n\n---\n\n### Step 1: Simplify the General Term\n\nThe given term is\n\
\[\frac{F_{n+1}}{F_n F_{n+2}}.\]\n\n\
Using the Fibonacci recurrence relation \( F_{n+2} = F_{n+1} + F_n \), we rewrite \( \frac{1}{F_{n+2}} \) as\n\
\[\frac{1}{F_{n+2}} = \frac{1}{F_{n+1} + F_n}.\]\n\nThus, the term becomes\n\[\frac{F_{n+1}}{F_n F_{n+2}} = \
\frac{F_{n+1}}{F_n (F_{n+1} + F_n)}.\]\n\nNow, separate the fraction into partial fractions:\n\[\frac{F_{n+1}}{F_n \
(F_{n+1} + F_n)} = \frac{1}{F_n} - \frac{1}{F_{n+1}}.\]\n\n---\n\n### Step 2: Write the Series\n\nThe series becomes\n\
\[\sum_{n=1}^\infty \frac{F_{n+1}}{F_n F_{n+2}} = \sum_{n=1}^\infty \left( \frac{1}{F_n} - \frac{1}{F_{n+1}} \right).\
\]\n\nThis is a **telescoping series**, where most terms cancel out. Writing the first few terms explicitly:\n\
\[\sum_{n=1}^\infty \left( \frac{1}{F_n} - \frac{1}{F_{n+1}} \right) = \left( \frac{1}{F_1} - \frac{1}{F_2} \right) + \
\left( \frac{1}{F_2} - \frac{1}{F_3} \right) + \left( \frac{1}{F_3} - \frac{1}{F_4} \right) + \cdots.\]\n\nAll \
intermediate terms cancel, leaving:\n\[\frac{1}{F_1} - \lim_{n \to \infty} \frac{1}{F_{n+1}}.\]\n\n---\n\n### Step 3: \
Evaluate the Remaining Terms\n\n- The first Fibonacci number \( F_1 = 1 \), so \( \frac{1}{F_1} = 1 \).\n- As \( n \to \
\infty \), \( F_{n+1} \to \infty \), so \( \frac{1}{F_{n+1}} \to 0 \).\n\nThus, the sum is:\n\[\sum_{n=1}^\infty \
\frac{F_{n+1}}{F_n F_{n+2}} = 1 - 0 = 1.\]\n\n---\n\n### Final Answer:\n\n\[\boxed{1}\]"""


def _as_python_reads(text: str) -> str:
    r"""A text as the card's code has it: a literal that is not raw, so \f, \n, \t, \r and \b are control characters."""
    text = text.replace("\\\n", "")
    for letter, character in (("f", "\f"), ("n", "\n"), ("t", "\t"), ("r", "\r"), ("b", "\b")):
        text = text.replace("\\" + letter, character)
    return text


ACEMATH_FIBONACCI = Golden(
    problem=_as_python_reads(_FIBONACCI_PROBLEM + r"and $F_1 = 1.$"),
    solutions=((_as_python_reads(_FIBONACCI_SOLUTION),),),
    scores=((5.4375,),),
    tolerance=0.25,
    source="the model card of nvidia/AceMath-72B-RM",
)
