"""Train an ORM or a PRM from labelled solutions, with any Hugging Face model, on Transformers' ``Trainer``.

train.py     ``TrainConfig`` in, a folder with the verifier out                                READ FIRST
sources.py   labelled solutions from wherever they are
rows.py      rows of a file or of a data set of the hub
labelled.py  files of labelled solutions (JSON lines, Parquet)
pool.py      a pool's samples
targets.py   what the model is asked at which token, for an ORM and for a PRM
batches.py   batches of about equal numbers of tokens
loss.py      the loss of what was asked, and of the language model
metrics.py   how well it answers on solutions it was not trained on
watch.py     who is told how the training goes
"""
