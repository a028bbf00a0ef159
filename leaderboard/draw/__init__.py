"""Numbers as charts, tables and pages; no Streamlit here.

charts       accuracy, comparisons, scores and costs as charts
tables       the board and other tables, as HTML, LaTeX and rows
static       the board as one HTML file
paper        the figures of docs/results.md
exports      rows and charts as CSV, SVG and PNG
legend       colours and dashes beside names
palette      one colour per verifier
numbers      numbers as text
words        boards, slices and ranks in words
text         model output as text that shows as itself
mathematics  which formulas KaTeX is given
"""
