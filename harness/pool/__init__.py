"""The cached samples: pools of them, how they come in, go out, and are graded.

pools.py      an opened pool: its problems, its samples, its digest                           READ FIRST
manifest.py   what a pool says of itself
importing.py  a stream of entries in, a pool out, in bounded memory
intake.py     the first pass of an import: match, check, spill to disk
chunks.py     samples on their way through the disk, spilled and sorted
matching.py   which problem of the task a source means
ranges.py     how far carried scores reach; rounding past 0 and 1
notes.py      what a reader should know of an import
leftovers.py  what killed imports leave; how a pool gets its name
slots.py      slots that have names: models, runs, epochs
fields.py     one field of an upstream's record as a value
sources.py    records out of files of every kind
hub.py        data sets of the hub, without waiting for one that cannot be reached
fetch.py      an upstream's files: pinned, checked, resumed
problems.py   a task's problems
steps.py      the steps of a text
grading.py    which samples are right
generate.py   samples from a language model
exporting.py  samples in another tool's format
preferences.py  training data: pairs for DPO, labelled steps for PRMs
formats/      one file for each upstream format
labelled/     solutions whose steps are labelled, in the layouts in which they are published
"""
