r"""The part of a reply that answers: behind the thinking, before the end of the turn.

What a model thinks is not what it answers. A box inside ``<think>...</think>`` is a thought, and so is everything
before a lone ``</think>``, whose opening tag stood in the prompt; where nothing stands behind it, or the tag never
closes, there is no answer. Only a reply that forgot to close its thinking and still ends in a line of its own that says
"Answer: ..." is taken at that line.
"""

import re

_NAMES = r"(?:think|thinking|thought|thoughts|reasoning|reflection|scratchpad|analysis|seed:think)"
_OPENED = re.compile(
    rf"<{_NAMES}>|◁think▷|\[THINK\]|<\|begin_of_thought\|>|<\|channel\|>(?:analysis|commentary)", re.IGNORECASE
)
_CLOSED = re.compile(
    rf"<[/\\]\s?{_NAMES}\s?>|◁/think▷|\[/THINK\]|<\|end_of_thought\|>|<\|channel\|>final(?:<\|message\|>)?",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"\s{0,9}(?:(?:<s>|<bos>|<\|begin_of_text\|>|<\|im_start\|>|<\|start\|>|<start_of_turn>|<\|start_header_id\|>|<\|assistant\|>"
    r"|<｜Assistant｜>|<\|begin_of_solution\|>)(?:(?:assistant|model)\b)?(?:<\|end_header_id\|>|<\|message\|>)?\s{0,9}){1,4}",
    re.IGNORECASE,
)
_END = re.compile(
    r"</s>|<eos>|<pad>|<EOD>|<end_of_turn>|<start_of_turn>|\[/?INST\]|\[EOS\]|<\|(?:im_end|im_start|endoftext|eot_id|eot|eom_id"
    r"|end_of_text|end_of_turn|END_OF_TURN_TOKEN|end_of_solution|end|return|start|eos|user|system|assistant|observation"
    r"|start_header_id|im_sep|fim_pad|file_separator)\|>"
    r"|<[|｜](?:end▁of▁sentence|User|Assistant|EOT)[|｜]>|<\|[A-Za-z_]{0,20}\|?\s{0,3}\Z",
    re.IGNORECASE,
)
_FORGOTTEN = re.compile(r"[\s*_#]{0,9}(?:final\s)?answer[*_]{0,3}:[\s*_]{0,9}\S", re.IGNORECASE)
_GOES_ON = re.compile(
    r"<\|eom_id\|>\s{0,9}(?:<\|start_header_id\|>\s{0,3}(?:assistant|ipython)\s{0,3}<\|end_header_id\|>)?"
)
_BEGINNINGS = ("/", "|", "｜", "\\")
_TAG = re.compile(r"<(/?)(?:final[_ ]?)?answer>", re.IGNORECASE)


def visible(text: str, *, thoughts: bool = False) -> str:
    r"""A reply without its thinking and without the marks of its end.

    Args:
        text: The reply.
        thoughts: Whether a reply that is nothing but thinking is read all the same.

    >>> visible("<think>Is it 5?</think>It is 7.<|im_end|>"), visible("<think>Is it 5?"), visible("5? No.</think>")
    ('It is 7.', '', '')
    """
    if not _marked(text):
        return text
    answered = _without_thoughts(text)
    if thoughts and not answered.strip():
        answered = text
    answered = _GOES_ON.sub("\n", answered) if "<|eom_id|>" in answered else answered  # it calls a tool and goes on
    lead = _LEAD.match(answered)
    start = lead.end() if lead else 0
    for match in _END.finditer(answered, start):
        if match.group() == "</s>" and "<s>" in answered[start : match.start()]:
            continue  # struck out
        if answered[start : match.start()].strip():
            return answered[start : match.start()]
        start = match.end()
    return answered[start:]


def _marked(text: str) -> bool:
    """Whether anything in it may be a mark: most texts hold none, and plain searches tell faster than patterns."""
    at = text.find("<")
    while at >= 0:
        if text[at + 1 : at + 2].isalpha() or text[at + 1 : at + 2] in _BEGINNINGS:
            return True
        at = text.find("<", at + 1)
    return "◁" in text or "THINK]" in text or "think]" in text or "INST]" in text or "[EOS]" in text


def _without_thoughts(text: str) -> str:
    closed = None
    for match in _CLOSED.finditer(text):
        closed = match
    rest = text[closed.end() :] if closed else text
    opened = _OPENED.search(rest)
    if opened is None:
        return rest
    ended = rest.rstrip()
    line = ended[ended.rfind("\n", opened.end()) + 1 :] if "\n" in ended[opened.end() :] else ""
    return line if _FORGOTTEN.match(line) else rest[: opened.start()]


def tagged(text: str) -> tuple[str, int] | None:
    """What stands in the last ``<answer>`` tag that holds anything, and where the tag ends.

    >>> tagged("<answer>7</answer> It took 3 steps.")
    ('7', 18)
    """
    if "nswer>" not in text and "NSWER>" not in text:
        return None
    tags = list(_TAG.finditer(text))[-20:]
    for position in range(len(tags) - 1, -1, -1):
        tag = tags[position]
        if tag.group(1):
            continue
        closing = tags[position + 1] if position + 1 < len(tags) else None
        content = text[tag.end() : closing.start() if closing else len(text)].strip()
        if content:
            return content, closing.end() if closing else len(text)
    return None
