"""One file per family of verifiers. ``base`` has the two classes to extend; ``transformers_engine`` runs the models."""

import bonbench

bonbench.check()
