"""Words and digits to ids.

A token is a word, a digit or a sign, together with the space before it; so ids become the text again exactly, and
a step followed by the separator has the same ids whether it is encoded with what precedes it or alone.
"""

from itertools import islice
from string import digits

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from tasks.micromath.families.catalogue import IN_DISTRIBUTION, OUT_OF_DISTRIBUTION
from tasks.micromath.splits import stream
from tasks.micromath.writers import AGAIN, ANSWER, CHECKED, NEEDED, SEPARATOR

PATTERN = r"\n| ?[A-Za-z]+| ?[0-9]| ?[^\sA-Za-z0-9]"
PAD, END, UNKNOWN = "<pad>", "</s>", "<unk>"
LONGEST = 512
PROBLEMS_READ = 20_000
SIGNS = "+-*/^()=,.:;?!#%"
OPERATORS = ("mod", "gcd", "lcm", "sqrt", "floor", "C", "x", "is", "The")


def make_tokenizer() -> PreTrainedTokenizerFast:
    """The tokenizer of the world: every word of its problems and steps, in alphabetical order."""
    splitter = pre_tokenizers.Split(Regex(PATTERN), "isolated")
    words = {token for text in _texts() for token, _ in splitter.pre_tokenize_str(text)}
    words |= {before + sign for sign in digits + SIGNS for before in ("", " ")} | {SEPARATOR}
    vocabulary = {token: i for i, token in enumerate([PAD, END, UNKNOWN, *sorted(words - {" "})])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = splitter
    tokenizer.decoder = decoders.Fuse()
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        eos_token=END,
        unk_token=UNKNOWN,
        padding_side="right",
        model_max_length=LONGEST,
        clean_up_tokenization_spaces=False,
    )


def _texts() -> set[str]:
    texts = {f"{before}{word}" for word in OPERATORS for before in ("", " ", "(")} | {AGAIN, ANSWER, CHECKED, NEEDED}
    for plan in islice(stream((*IN_DISTRIBUTION, *OUT_OF_DISTRIBUTION), "train", "vocabulary"), PROBLEMS_READ):
        texts.add(plan.text)
        texts.update(f"The {step.noun} is" for step in plan.steps)
    return texts
