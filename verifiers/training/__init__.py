"""Train an ORM or a PRM from labelled solutions, with any Hugging Face model, on Transformers' ``Trainer``.

labelled    one labelled solution; its files (JSON lines, Parquet)
prm800k     PRM800K's files
shepherd    Math-Shepherd's data
stepwise    TRL's stepwise supervision, and data sets of the hub
layout      where the steps end in the ids: the one place that knows how a verifier sees a solution
batches     batches of about equal numbers of tokens
targets     what the model is asked at which token, for an ORM and for a PRM
metrics     how well it answers on solutions it was not trained on
train       ``TrainConfig`` in, a folder with the verifier out
"""
