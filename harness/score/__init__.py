"""Run a verifier over a pool.

scoring.py    every sample's score, from the cache as far as it is there: read this first
asking.py     one chunk: read, asked about, checked
batching.py   a verifier that scores one problem at a time, as the engine asks it
parts.py      a pool cut into chunks, and the files of finished ones
executors.py  where chunks are scored, by name
local.py      in worker processes of this machine
process.py    one such process, whatever it works at
ray.py        on a Ray cluster
job.py        what a worker is told and does, in either
"""
