"""Language models that write solutions, through lm-eval's model registry: hf, vllm, local-completions and the rest.

making.py      which model, with which arguments
asking.py      prompts in, completions out                                                    READ FIRST
draws.py       every sample of ``transformers`` draws with a seed of its own
listening.py   how many tokens a completion took and why it ended, which lm-eval does not return
"""
