"""What was tried, as programs that can be run again: the numbers of ``docs/results.md`` come from here.

micromath               the bundled world from nothing
data_scaling            how good an ORM and a PRM become with more labels
synthetic_supervision   a large PRM labels for small verifiers
active_learning         which solutions are worth a label
reward_hacking          does a weak verifier choose worse among more
policy                  a verifier as the reward of a policy: GRPO and DPO
candidates              many labelled solutions of each training problem
students                the small verifiers: their start, training and choices
sweep                   students at every number of labels with every seed
scale                   sizes and seeds, and the same at toy size
slopes                  lines through accuracy against labels
report                  what came out, as small JSON
world                   where the bundled models and pools are
"""

import bonbench

bonbench.check()
