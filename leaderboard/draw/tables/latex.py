"""Tables for papers: booktabs, every cell escaped."""

from collections.abc import Sequence

_SPECIAL = {
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
    "–": "--",
    "−": "$-$",
    "±": r"$\pm$",
    "·": r"$\cdot$",
}


def escaped(text: str) -> str:
    r"""A cell that LaTeX prints as it is.

    >>> escaped("qwen_prm 50%")
    'qwen\\_prm 50\\%'
    """
    return "".join(_SPECIAL.get(c, c) for c in text)


def table(headings: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]], note: str = "") -> str:
    """A booktabs table.

    Args:
        headings: (text, alignment ``l`` or ``r``) of each column.
        rows: Cells as they stand on the page.
        note: A comment below: where the numbers come from.
    """
    lines = [
        "% \\usepackage{booktabs}",
        "\\begin{tabular}{" + "".join(alignment for _, alignment in headings) + "}",
        "\\toprule",
        " & ".join(escaped(text) for text, _ in headings) + " \\\\",
        "\\midrule",
        *(" & ".join(escaped(cell) for cell in row) + " \\\\" for row in rows),
        "\\bottomrule",
        "\\end{tabular}",
    ]
    if note:
        lines.append("% " + " ".join(note.split()))
    return "\n".join(lines) + "\n"
