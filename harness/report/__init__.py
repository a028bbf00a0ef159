"""Results on their way to people.

store     the results, in DuckDB: short writes, and a published copy that readers open
opening   how a store's file is opened: nothing but itself in reach, and only if it is one
lookup    runs, their numbers and their p_i out of a store
cards     one JSON file a run, with a schema, that can be merged, checked and rerun
checking  what a card states, made again from what it carries
reproducing  a card rerun where its pool is at hand
contributed  a repository of other people's cards (repository: what it begins with), checked and made a board
cite      a number as a sentence, BibTeX, LaTeX, Markdown, CSV, Hugging Face and lm-eval JSON
standard  a frozen list of pools with every verifier's cards, to cite
group     several tasks in one table
publish   a folder that is the leaderboard
placing   how such a folder takes its place, and touches nothing else
"""
