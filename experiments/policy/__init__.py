"""A verifier as the reward of a policy, on micromath: ``python -m experiments.policy.run``.

recipe      every number and seed
rewards     what a solution is worth: to the checker, to the ORM, to the PRM by product, min and mean
measured    a policy's solutions: what the reward says of them, how many are right, what they look like
trainers    what both of TRL's trainers are told
grpo        one policy, trained by TRL's GRPO with one of these rewards
dpo         one policy, trained by TRL's DPO on pairs of graded solutions
summary     what came out, as small JSON
run         all of them, one after another; a policy that is there is not trained again
"""
