"""What runs a model for a verifier: in this process, or behind a server.

    reading.py      what a model is asked: ids, positions, heads
    checkpoint.py   which weights, and what identifies them
    encoding.py     from text to ids, with the positions that are read
    placement.py    device, dtype and batches

In this process, and so with torch:

    transformers.py             a decoder over many sequences that share prefixes
    prefix_tree.py              which beginnings are shared
    loading.py                  configuration, decoder and head of a checkpoint
    adapters.py                 LoRA
    packed_linear.py            the CPU's fast matrix product
    quiet.py                    Transformers without its own reports
    transformers_generation.py  a model that writes

Behind a server:

    http_client.py  requests, repetitions, keys
    served.py       vLLM's answers as the head's outputs
    generation.py   text that a model writes
"""
