"""From text to token ids with the positions that are read: the one place that calls a tokenizer.

Where a step ends is decided by ids, and byte-pair merges change ids with what stands beside them. So a family says
which pieces are tokenised on their own and which together, and every marker that was written must be found again.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import packages
from harness.errors import BadInput, VerifierError

Message = Mapping[str, str]
WORD = re.compile(r"\w")
PROBES = ("a", "+ -", "  Step 1: 3 + 4 = $7$.", "ки", "два ки\nтри")  # texts that tokenizers come to differ on


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the input that is tokenised on its own.

    Attributes:
        text: Its text.
        ids: Its ids, instead of a text.
        read: Whether the model is read at its last token.
        bos: Whether the tokenizer may add its special tokens, as at the very beginning of a text.
    """

    text: str = ""
    ids: tuple[int, ...] = ()
    read: bool = False
    bos: bool = False


@dataclass(frozen=True, slots=True)
class Encoded:
    """A solution as a model sees it.

    Attributes:
        ids: Token ids.
        reads: Positions that are read, ascending.
        steps: Steps of the solution; 0 where only the whole is judged.
        note: Why it cannot be read; "" where it can.
    """

    ids: tuple[int, ...]
    reads: tuple[int, ...]
    steps: int = 0
    note: str = ""


def load_tokenizer(folder: Path) -> Any:
    """The tokenizer in a checkpoint's folder; code that comes with it is not run.

    Raises:
        BadInput: There is none that Transformers can load by itself.
    """
    packages.need("models", "read a checkpoint's tokenizer", "transformers")
    pieces = (folder / "tokenizer.model").exists() and not (folder / "tokenizer.json").exists()
    if pieces:
        packages.need("models", "read the tokenizer.model of a checkpoint without tokenizer.json", "sentencepiece")
    from transformers import AutoTokenizer

    try:
        found = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
        return _as_sentencepiece(found, folder / "tokenizer.model") if pieces else found
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise BadInput(
            f"The tokenizer in {str(folder)!r} cannot be loaded ({str(error).strip().splitlines()[0]}). Give "
            "tokenizer=MODEL with the id or folder of one that fits."
        ) from error


def _as_sentencepiece(tokenizer: Any, file: Path) -> Any:
    """The tokenizer with the ids that SentencePiece itself gives.

    Transformers 5 loses the space that SentencePiece puts before a text, so that the first word of every text is other
    tokens. It is put back, and the ids are compared.

    Raises:
        BadInput: They are others all the same.
    """
    from sentencepiece import SentencePieceProcessor
    from tokenizers import normalizers

    original = SentencePieceProcessor(model_file=str(file))
    wanted = [original.encode(text) for text in PROBES]
    if [list(ids) for ids in encode_texts(tokenizer, PROBES)] != wanted:
        backend = tokenizer.backend_tokenizer
        backend.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
        backend.pre_tokenizer = None
    if [list(ids) for ids in encode_texts(tokenizer, PROBES)] != wanted:
        raise BadInput(
            f"Transformers reads {str(file)!r} otherwise than SentencePiece does, so its ids would be wrong. Give "
            "tokenizer=MODEL with the id or folder of one that has a tokenizer.json."
        )
    return tokenizer


def encode_texts(tokenizer: Any, texts: Sequence[str], *, special: bool = False) -> list[tuple[int, ...]]:
    """The ids of texts, each on its own, many at a time.

    Args:
        tokenizer: Any Hugging Face tokenizer.
        texts: Any number.
        special: Whether it adds its special tokens. A text that brings the beginning-of-sequence token itself never
            gets a second one.
    """
    if not texts:
        return []
    bos = tokenizer.bos_token
    if special and bos:
        texts = [t.removeprefix(bos) for t in texts]
    found = tokenizer(list(texts), add_special_tokens=special, return_attention_mask=False)["input_ids"]
    return [tuple(map(int, ids)) for ids in found]


def assemble(tokenizer: Any, solutions: Sequence[Sequence[Piece]]) -> list[Encoded]:
    """The pieces of each solution one after another; each distinct text is tokenised once."""
    known: dict[tuple[str, bool], tuple[int, ...]] = {}
    for special in (False, True):
        wanted = list(dict.fromkeys(p.text for s in solutions for p in s if not p.ids and p.text and p.bos == special))
        for text, ids in zip(wanted, encode_texts(tokenizer, wanted, special=special), strict=True):
            closed = special and len(ids) > 1 and ids[-1] == tokenizer.eos_token_id
            known[text, special] = ids[:-1] if closed else ids  # no piece but the last may end the sequence
    out = []
    for solution in solutions:
        joined: list[int] = []
        reads = []
        for piece in solution:
            joined.extend(piece.ids or (known[piece.text, piece.bos] if piece.text else ()))
            if piece.read:
                reads.append(len(joined) - 1)
        out.append(Encoded(tuple(joined), tuple(reads), len(reads)))
    return out


def at_markers(ids: Sequence[int], marker: int, steps: int, *, before: int = 0, instead: int | None = None) -> Encoded:
    """Reads at the places of a marker token.

    Args:
        ids: Token ids.
        marker: The marker's id.
        steps: How many there must be.
        before: How many tokens before the marker the model is read: 1 where it predicts the token in its place.
        instead: The id that takes the marker's place, where it was a placeholder.

    Returns:
        What is read; with a note where another number of markers was found than steps were written.
    """
    places = [i for i, token in enumerate(ids) if token == marker]
    if len(places) != steps:
        return Encoded(tuple(ids), (), steps, note=_miscounted(len(places), steps))
    if instead is not None:
        ids = [instead if token == marker else token for token in ids]
    return Encoded(tuple(ids), tuple(p - before for p in places), steps)


def at_words(
    tokenizer: Any, written: Sequence[tuple[str, Sequence[int]]], marker: int, *, special: bool
) -> list[Encoded]:
    """Reads at markers that are written with letters, which words may begin with as well.

    Each marker is found where it was written. Its token elsewhere is either the beginning of a word, and left alone, or
    a marker that the text brought along; then nothing is read.

    Args:
        tokenizer: A fast one, which tells where in the text each token stands.
        written: Texts, each with the places right behind its markers, ascending.
        marker: The marker's id.
        special: Whether the tokenizer adds its special tokens.
    """
    if not written:
        return []
    texts = [text for text, _ in written]
    found = tokenizer(texts, add_special_tokens=special, return_attention_mask=False, return_offsets_mapping=True)
    out = []
    for (text, ends), ids, offsets in zip(written, found["input_ids"], found["offset_mapping"], strict=True):
        at = {end: i for i, (token, (_, end)) in enumerate(zip(ids, offsets, strict=True)) if token == marker}
        reads = tuple(at[end] for end in ends if end in at)
        brought = sum(WORD.match(text, end) is None for end in at.keys() - set(ends))
        note = _miscounted(len(reads) + brought, len(ends)) if brought or len(reads) != len(ends) else ""
        out.append(Encoded(tuple(map(int, ids)), () if note else reads, len(ends), note))
    return out


def _miscounted(found: int, steps: int) -> str:
    return f"{found} step markers for {steps} steps: the text holds a marker of its own, or is merged with one"


def single_token(tokenizer: Any, text: str) -> int:
    """The id of a text that must be one token.

    Raises:
        VerifierError: It is not.
    """
    (ids,) = encode_texts(tokenizer, [text])
    if len(ids) != 1:
        raise VerifierError(
            f"{text!r} is {len(ids)} tokens {list(ids)} in this tokenizer; one is expected. It is not the tokenizer "
            "that the verifier was trained with, or not loaded as it was."
        )
    return ids[0]


def check_ids(tokenizer: Any, known: Mapping[str, Sequence[int]]) -> None:
    """Make sure that texts have the ids that the published tokenizer has for them.

    Raises:
        VerifierError: One has not.
    """
    for (text, expected), found in zip(known.items(), encode_texts(tokenizer, list(known)), strict=True):
        if list(found) != list(expected):
            raise VerifierError(
                f"{text!r} has the token ids {list(found)} in this tokenizer, {list(expected)} in the published one. "
                "It is not the tokenizer that the verifier was trained with, or not loaded as it was."
            )


def render_chat(tokenizer: Any, messages: Sequence[Message], *, generate: bool = False) -> str:
    """A dialogue as the tokenizer's template writes it.

    Rendered to text and tokenised by ``encode_texts``: what ``apply_chat_template`` returns for ids (a list, or a
    dictionary) changed between versions of Transformers.

    Raises:
        VerifierError: The tokenizer has no template.
    """
    if not getattr(tokenizer, "chat_template", None):
        raise VerifierError("This tokenizer has no chat template, and the verifier needs one: give tokenizer=MODEL.")
    text: str = tokenizer.apply_chat_template(list(messages), tokenize=False, add_generation_prompt=generate)
    return text


def cleaner(markers: Sequence[str]) -> Callable[[str], str]:
    """A function that takes markers out of a text: what a model wrote must not place reads or end turns."""
    wanted = sorted({m for m in markers if m.strip()}, key=len, reverse=True)

    def clean(text: str) -> str:
        before = None
        while before != text:  # taking one out may put the halves of another together
            before = text
            for marker in wanted:
                if marker in text:
                    text = text.replace(marker, "")
        return text

    return clean


def without_tag(text: str, tag: str) -> str:
    r"""A step without the tag that the data's format puts behind it; words that end in its letters stay.

    >>> without_tag("1 + 1 = 2 ки", "ки"), without_tag("три ручки", "ки")
    ('1 + 1 = 2', 'три ручки')
    """
    stem = text.rstrip().removesuffix(tag)
    return stem.rstrip() if stem != text.rstrip() and not stem[-1:].strip() else text


def special_tokens(tokenizer: Any) -> list[str]:
    """The texts that the tokenizer turns into special tokens wherever they stand."""
    return [str(t) for t in tokenizer.added_tokens_decoder.values() if t.special]
