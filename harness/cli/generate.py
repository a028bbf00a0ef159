"""``bonbench generate``: fill a pool with a language model."""

import re
from pathlib import Path
from typing import Annotated, Any

import typer

from harness.errors import BadInput
from harness.wording import counted


def generate(
    task: Annotated[str, typer.Option("--task", "-t", help="The task whose problems are solved.")],
    name: Annotated[str, typer.Option(help="The pool's name.")],
    model: Annotated[str, typer.Option(help="A model of lm-eval: hf, vllm, local-completions, ...")] = "hf",
    model_args: Annotated[str, typer.Option(help="Its arguments, as key=value,key=value.")] = "",
    samples: Annotated[int, typer.Option(min=1, max=10_000_000, help="M: samples of each problem.")] = 64,
    temperature: Annotated[float, typer.Option(min=0, max=1000, help="0 for greedy decoding.")] = 1.0,
    top_p: Annotated[float, typer.Option(min=0, max=1, help="Share of the probability that is sampled from.")] = 1.0,
    top_k: Annotated[
        int | None, typer.Option(min=0, max=10_000_000, help="Tokens that are sampled from; 0 for all.")
    ] = None,
    max_tokens: Annotated[int, typer.Option(min=1, max=10_000_000, help="Generated tokens at most.")] = 1024,
    stop: Annotated[list[str] | None, typer.Option(help="A text that ends a solution; may be repeated.")] = None,
    gen: Annotated[
        list[str] | None, typer.Option(help="A setting as the backend calls it, key=value; may be repeated.")
    ] = None,
    prompt: Annotated[str, typer.Option(help="With {problem} in it, or @FILE; default: the task's own.")] = "",
    system: Annotated[str, typer.Option(help="System message.")] = "",
    chat: Annotated[bool, typer.Option("--chat", help="Use the model's chat template.")] = False,
    batch_size: Annotated[str, typer.Option(help="Prompts (for a server: requests) at once, or auto.")] = "",
    device: Annotated[
        str | None, typer.Option(help="cuda, cuda:1, cpu, ...; default: a GPU where there is one, else cpu.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the whole run; every sample has its own from it.")] = 0,
    limit: Annotated[int, typer.Option(min=0, help="Only the first problems; 0 for all.")] = 0,
    shard_size: Annotated[int, typer.Option(min=0, max=10_000_000, help="Samples between two saves; 0 for 256.")] = 0,
    data: Annotated[
        Path | None, typer.Option(help="The task's records, if not where the task itself finds them.")
    ] = None,
    licence: Annotated[str, typer.Option(help="Licence of the samples.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite a pool of this name.")] = False,
    restart: Annotated[bool, typer.Option("--restart", help="Throw away what an interrupted run left.")] = False,
) -> None:
    r"""Sample M solutions of every problem of a task, through lm-eval's models.

    Interrupt it anywhere; the same command continues, and the pool is the same.
    """
    import os

    os.environ.setdefault("TQDM_DISABLE", "1")  # lm-eval's bars would write over ours
    from harness import packages, registry
    from harness.backends import making
    from harness.backends.asking import Backend, Settings
    from harness.cli import show
    from harness.pool import pools
    from harness.pool.generate import Plan
    from harness.pool.generate import generate as fill
    from harness.pool.problems import load_problems

    packages.need("generate", "sample from a model")
    pools.check_name(name)
    template = _template(prompt)
    found = registry.task(task)
    problems = load_problems(found, data)
    settings = Settings(temperature, top_p, top_k, max_tokens, tuple(map(_unescaped, stop or ())), _values(gen))
    backend = Backend(
        model, making.parse_args(model_args), settings, _batch(batch_size), device, chat=chat, system=system
    )
    plan = Plan(
        name=name,
        task=found,
        problems=problems[:limit] if limit else problems,
        samples=samples,
        prompt=template,
        seed=seed,
        shard=shard_size,
        licence=licence,
        task_problems=len(problems),
    )
    with show.bars() as bars:
        pool = fill(
            plan,
            backend,
            progress=show.Stages(bars)("generate", name),
            replace_pool=replace,
            restart=restart,
        )
    manifest = pool.manifest
    show.facts(
        {
            "pool": manifest.name,
            "task": manifest.task,
            "generator": manifest.generator,
            "samples": f"{manifest.n_samples:,} ({manifest.slots} each of {counted(manifest.n_problems, 'problem')})",
            "digest": manifest.digest,
        }
    )
    show.say(f"How it was made stands in {pool.path / 'manifest.json'}. Next: bonbench run --pool {name} -v ...")


def _template(text: str) -> str:
    if not text.startswith("@"):
        return _unescaped(text)
    try:
        return Path(text[1:]).expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise BadInput(f"The prompt's file {text[1:]!r} cannot be read: {error}.") from error


def _unescaped(text: str) -> str:
    r"""A text from the command line, where a line break is written ``\n``."""
    return text.replace("\\n", "\n")


def _batch(text: str) -> int | str | None:
    if text in ("", "auto"):
        return text or None
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise BadInput(f"--batch-size takes a whole number or auto, not {text!r}.")
    return int(text)


def _values(items: list[str] | None) -> dict[str, Any]:
    import json

    out: dict[str, Any] = {}
    for item in items or []:
        key, equals, value = item.partition("=")
        if not equals:
            raise BadInput(f"{item!r} in --gen is no setting; settings are written key=value.")
        try:
            out[key] = json.loads(value)
        except ValueError:
            out[key] = value
    return out
