"""What happened while a policy was trained with a verifier as its reward: read from training logs, in numbers.

texts.py    texts that no reader would call a solution
"""
