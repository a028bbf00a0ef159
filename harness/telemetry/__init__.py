"""What happened while a policy was trained with a verifier as its reward: read from training logs, in numbers.

logs.py     a trainer's log as points: reward, truth, divergence, length, by step             READ FIRST
turns.py    where the reward goes on rising and the truth falls
texts.py    texts that no reader would call a solution
keeping.py  trainings by name, kept under the home
"""
