"""``bonbench grade`` on one answer or a file of pairs: what was extracted, by which rule, which verdict and why."""

import json

import pytest


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--text", "So it is \\boxed{2/4}.", "--gold", "0.5"), ("'2/4'", "box", "right")),
        (("--text", "So it is \\boxed{2/4}.", "--gold", "0.25"), ("'2/4'", "wrong")),
        (("--text", "#### 42\nBye.", "--gold", "42"), ("'42'", "####", "right")),
        (("--text", "I cannot tell.", "--gold", "42"), ("nothing", "no answer (counts as wrong)")),
        (("--answer", "1,000", "--gold", "1000"), ("given", "right")),
        (("--text", "The answer is (B).", "--gold", "B", "--kind", "choice"), ("right",)),
    ],
)
def test_one_answer_and_why(bonbench, words, said):
    """The rule that found it, how both were read, the verdict."""
    status, out, err = bonbench("grade", *words)

    assert status == 0, err
    assert all(part in out for part in said), out
    assert "grader-2" in out


def test_a_file_of_pairs_is_a_table(bonbench, tmp_path):
    """One line a pair, and the count."""
    pairs = [{"text": "\\boxed{3}", "gold": "3"}, {"answer": "4", "gold": "3"}, {"answer": "9.81 m/s^2", "gold": "9.8",
             "kind": "number", "relative_tolerance": 0.01}]  # fmt: skip
    (tmp_path / "pairs.jsonl").write_text("\n".join(map(json.dumps, pairs)) + "\n\n")

    status, out, err = bonbench("grade", "--pairs", tmp_path / "pairs.jsonl")

    assert status == 0, err
    assert "2 of 3 are right." in out


def test_a_solution_may_stand_in_a_file(bonbench, tmp_path):
    """@FILE, as a long text does not fit on a command line."""
    (tmp_path / "solution.txt").write_text("We add.\n\nThe answer is 7.")

    assert "right" in bonbench("grade", "--text", f"@{tmp_path / 'solution.txt'}", "--gold", "7")[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Nothing was given"),
        (("--text", "1", "--answer", "1", "--gold", "1"), "--text and --answer was given"),
        (("--text", "1"), "needs the right answer beside it"),
        (("--answer", "1", "--gold", "1", "--kind", "maths"), "has the kind 'maths'"),
        (("--text", "@nowhere.txt", "--gold", "1"), "cannot be read"),
        (("--pairs", "nowhere.jsonl"), "cannot be read"),
    ],
)
def test_what_cannot_be_graded_is_said(bonbench, words, said):
    """One sentence, exit status 2."""
    status, _, err = bonbench("grade", *words)

    assert status == 2
    assert said in err


@pytest.mark.parametrize("line", ["[1]", "{", '{"gold": "1"}', '{"gold": 1, "text": "1"}', '{"gold": "1", "txt": "1"}'])
def test_a_line_that_is_no_pair_is_named(bonbench, tmp_path, line):
    """With the file and the number of the line."""
    (tmp_path / "pairs.jsonl").write_text('{"gold": "1", "answer": "1"}\n' + line)
    status, _, err = bonbench("grade", "--pairs", tmp_path / "pairs.jsonl")

    assert status == 2
    assert "pairs.jsonl, line 2" in err
