"""A verifier behind HTTP: ``bonbench serve``.

app.py      the endpoints, and what is refused before anybody is asked
forms.py    what is asked and answered, as JSON
crew.py     requests waiting, put together into batches, and the worker processes that score them
worker.py   what a worker process does with a batch
metrics.py  counters, in Prometheus' text form
running.py  uvicorn, from the address to a clean end
client.py   the client: one file on the standard library alone, to be copied beside a trainer
"""
