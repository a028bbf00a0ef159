"""One file a family of published verifiers. Every file defines ``VERIFIERS``: registered name -> what makes it.

critique.py       ThinkPRM and GenPRM write a critique first
generic.py        any checkpoint, its format given as options
implicit_prm.py   EurusPRM: the log-ratio of two models
judge.py          any chat model behind an endpoint
math_shepherd.py  Math-Shepherd
micromath.py      the bundled verifiers; their weights are in micromath_models/
prefixes.py       an outcome verifier asked after each step
qwen_math.py      Qwen2.5-Math's PRMs and RM
reward_model.py   sequence-classification reward models
rlhflow.py        RLHFlow's PRMs and ORMs
skywork_prm.py    Skywork-o1's PRMs
trl_prm.py        what TRL's PRMTrainer trains, and PURE
versa_prm.py      VersaPRM and its relatives
yes_no.py         a model asked whether a solution is right
"""
