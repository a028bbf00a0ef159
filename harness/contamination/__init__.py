"""Which problems of a task stand in a verifier's training data.

texts.py     what of a text is compared
records.py   the text of a training record, whatever its layout
search.py    13-grams, equal texts, near duplicates: every problem against every training text        READ FIRST
report.py    what was found, saved under a name, and the slices that a run makes of it
"""
