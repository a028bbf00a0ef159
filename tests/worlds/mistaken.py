"""The files and the home that people's mistakes are tried on: good pools, bad files, cards, odd verifiers."""

import gzip
import json
import math
import shutil
import zipfile
from pathlib import Path

import duckdb

from harness import files as border
from harness import home, registry
from harness.material import Options
from harness.pool.importing import About, import_pool
from harness.report import cards, lookup, store
from harness.run import evaluate
from worlds.made import entry


def row(**more):
    """A record of the generic format, good but for what is said."""
    return {"problem_id": "p", "problem": "How many?", "gold": "1", "samples": [{"text": r"\boxed{1}"}], **more}


def sample(**more):
    """The same with one sample."""
    return row(samples=[{"text": r"\boxed{1}", **more}])


GOOD = [row(problem_id=f"p{i}", problem=f"Which {i}?", samples=[{"text": r"\boxed{1}"}] * 2) for i in range(2)]
CHOICES = {"choices": ["x"] * 4, "kind": "choice"}
RECORDS = {  # by the file's name; a mistake's own stand before, by its name
    "good.jsonl": GOOD,
    "dup.jsonl": [sample(index=0), sample(index=0)],
    "dup2.jsonl": [row(), row(problem="How few?")],
    "empty.jsonl": [],
    "nan.jsonl": [row(samples=[{"text": "1", "scores": {"s": v}} for v in (math.nan, math.inf, 0.5)])],
    "tl.jsonl": [sample(text=["a"])],
    "c2.jsonl": [row(gold="Z", **CHOICES)],
    "ng.jsonl": [row(gold="many", kind="number")],
    "io.jsonl": [row(problem_id={"a": 1})],
    "nog.jsonl": [{k: v for k, v in row().items() if k != "gold"}],
    "nop.jsonl": [{"gold": "1", "samples": [{"text": "1"}]}],
    "import: index -1": [sample(index=-1)],
    "import: index -5": [sample(index=-5)],
    "import: index x": [sample(index="x")],
    "import: index True": [sample(index=True)],
    "import: index None": [sample(index=None)],
    "import: n -1": [row(n=-1)],
    "import: samples null": [row(samples=[None])],
    "import: samples ints": [row(samples=[1, 2])],
    "import: tolerance abc": [row(relative_tolerance="abc")],
    "import: tolerance inf": [row(relative_tolerance=math.inf)],
}
TEXTS = {
    "g2.csv": "problem_id,gold,text\np,1,caf\xe9\n".encode("latin-1"),
    "p.parquet": b"PAR1x",
    "t.jsonl.gz": gzip.compress(json.dumps(row()).encode() * 50)[:-20],
    "t2.jsonl.gz": b"hello",
    "tg.json": json.dumps(row()).encode() + b" garbage",
    "sc.json": b"5",
    "fmt.py": b"def broken(:\n",
    "bomb.yaml": b"a: &a [x, x]\nb: &b [*a, *a]\nproblem: *b\nproblem_id: p\nsamples: [{text: x}]\n",
    "rep.json": b"{}",
    "text.duckdb": b"this is no database, but a text\n",
    "zero.duckdb": b"\0" * 20_000,
    "s.html": b"<p>mine</p>",
    "card_187.json": b"{nothing",
    "card_188.json": b"\xff\xfe\xfd",
    "card_189.json": b"[]",
}
VERIFIER = """import math, os, sys, time
from verifiers.base import OutcomeVerifier, ProcessVerifier
from harness.records import Score

class V(OutcomeVerifier):
    name = 'odd'
    def score_solutions(self, problem, solutions):
        return [0.5 for _ in solutions]
"""
STEPWISE = VERIFIER.replace("V(Outcome", "V(Process").replace("score_solutions", "score_steps")
ANSWERS = "return [0.5 for _ in solutions]"
ODD = {  # the code of a verifier, by what is wrong with it
    "import error": "import no_such_module\n" + VERIFIER,
    "missing class": "x = 1\n",
    "not a verifier": "class V:\n    pass\n",
    "a string": "V = 'majority'\n",
    "function returns None": "def V():\n    return None\n",
    "raises at import": "raise RuntimeError('no')\n",
    "exits at import": "raise SystemExit(3)\n",
    "raises in init": VERIFIER + "    def __init__(self):\n        raise ValueError('no')\n",
    "name empty": VERIFIER.replace("'odd'", "''"),
    "name a number": VERIFIER.replace("'odd'", "5"),
    "chunk_size 0": VERIFIER + "    chunk_size = 0\n",
    "unknown rule": VERIFIER + "    rules = ('frob',)\n",
    "unknown aggregation": STEPWISE + "    aggregation = 'frob'\n",
    "usage strings": VERIFIER + "    def usage(self):\n        return {'tokens': 'many'}\n",
    "usage None": VERIFIER + "    def usage(self):\n        return None\n",
    "tokens huge": VERIFIER + "    def usage(self):\n        return {'tokens': 10 ** 400}\n",
    "separator empty": STEPWISE + "    separator = ''\n",
    "Score both": VERIFIER.replace(ANSWERS, "return [Score(0.5, (0.5,)) for _ in solutions]"),
    "print garbage, fine": VERIFIER.replace(ANSWERS, "print('hello'); return [0.5 for _ in solutions]"),
    "short row": STEPWISE.replace(ANSWERS, "return [[0.5] * 3 for _ in solutions]"),
    "above 1, product asked": STEPWISE.replace(ANSWERS, "return [[2.0] * len(s) for s in solutions]"),
    "None step": STEPWISE.replace(ANSWERS, "return [[None] * len(s) for s in solutions]"),
    "inf steps": STEPWISE.replace(ANSWERS, "return [[math.inf] * len(s) for s in solutions]"),
    "+-inf": STEPWISE.replace(ANSWERS, "return [[math.inf, -math.inf][:len(s)] for s in solutions]"),
    "raises": VERIFIER.replace(ANSWERS, "raise RuntimeError('no')"),
    "raises KeyError": VERIFIER.replace(ANSWERS, "return {}['x']"),
    "raises in worker": VERIFIER.replace(ANSWERS, "raise RuntimeError('no')"),
    "too few": VERIFIER.replace(ANSWERS, "return [0.5] * (len(solutions) - 1)"),
    "None": VERIFIER.replace(ANSWERS, "return None"),
    "a number": VERIFIER.replace(ANSWERS, "return 0.5"),
    "strings": VERIFIER.replace(ANSWERS, "return ['x' for _ in solutions]"),
    "inf": VERIFIER.replace(ANSWERS, "return [math.inf for _ in solutions]"),
    "huge int": VERIFIER.replace(ANSWERS, "return [10 ** 400 for _ in solutions]"),
    "generator": VERIFIER.replace(ANSWERS, "return (0.5 for _ in solutions)"),
    "MemoryError": VERIFIER.replace(ANSWERS, "raise MemoryError"),
    "os._exit in worker": VERIFIER.replace(ANSWERS, "os._exit(9)"),
}


def _results(value):
    return value["results"]


CARDS = {  # what is done to a good card, by the mistake's name
    "value NaN": lambda c: c["results"][0].update(value=math.nan),
    "seconds NaN": lambda c: c["run"].update(seconds=math.nan),
    "value not the mean of problems": lambda c: [r.update(value=1.0) for r in c["results"]],
    "results twice": lambda c: c["results"].extend(c["results"]),
    "ns short": lambda c: c["run"].update(ns=c["run"]["ns"][:1]) or c["run"]["options"].update(ns=[1]),
    "n_problems wrong": lambda c: c["run"].update(n_problems=3),
    "no problems": lambda c: c.update(problems={}),
    "huge integers": lambda c: c["run"].update(n_samples=10**30),
    "n 2^40": lambda c: c["results"][0].update(n=2**40),
    "headline not in results": lambda c: c["run"].update(headline_measure="pass"),
    "surrogate in the name": lambda c: c["run"].update(verifier="\ud800"),
    "started nonsense": lambda c: c["run"].update(started="yesterday"),
    "notes of 10 MB": lambda c: c["run"].update(notes=["x" * 10_000_000]),
    "no pool": lambda c: c.update(pool={}),
    "another run's id": lambda c: c["run"].update(run_id="0" * 12),
    "same card, other numbers": lambda c: [r.update(value=0.5) for r in c["results"]],
    "tampered interval": lambda c: c["results"][0].update(low=0.0, high=1.0),
    "options empty": lambda c: c["run"].update(options={}),
    "ns too large": lambda c: c["run"]["options"].update(ns=[99999]),
    "no spec": lambda c: c["run"].update(spec=""),
    "draws huge": lambda c: c["run"]["options"].update(draws=10**12),
    "run_id tampered": lambda c: c["run"].update(run_id="0" * 12),
}


def build(folder: Path) -> dict[str, str]:
    """A home with good pools, a store, files and cards; returns what the table's run ids are here."""
    for i, (name, problems) in enumerate((("s", 8), ("a", 1))):
        entries = []
        for p, k in [(j // 6, j % 6) for j in range(6 * problems) if j != 5]:
            answer = str(1 + (p + k) % 3)
            said = ("First.", f"Then {k}.", "So.", f"It is \\boxed{{{answer}}}.")
            scores = {"orm": (k + p) % 5 / 5, "prm": (0.5, 0.6, 0.7, k / 9)} if name == "s" else {}
            entries.append(entry(f"{'pq'[i]}{p}", answer, text="\n\n".join(said), steps=said, scores=scores))
        import_pool(name, entries, About(task_name=name))
    import_pool("x17", [entry("n", "1", scores={"s": v}) for v in (0.1, math.inf, 0.5)], About(task_name="x17"))
    import_pool("x38", [entry("z", "A", "Z")], About(task_name="x38"))
    import_pool("x37", [entry("c", "B", "B")], About(task_name="x37"))
    import_pool("x39b", [entry("m", "1", "many")], About(task_name="x39b"))
    import_pool("x41", [entry("o", "1", None)], About(task_name="x41"))
    from harness.pool.pools import open_pool

    pool, other = open_pool("s"), open_pool("a")
    base = Options(draws=20)
    found = evaluate(None, pool, [registry.verifier(v) for v in ("length", "carried:orm", "carried:prm")], base)
    found += evaluate(None, other, [registry.verifier("length")], base)
    store.write(home.default_store(), found)
    ids = {"01c3828d647e": found[0].run.run_id, "c69ae9274d2b": found[3].run.run_id}
    ids["3082a4261ea1"] = found[1].run.run_id
    (folder / "cards").mkdir(parents=True)
    with store.reading(home.default_store()) as connection:
        value = cards.card(connection, lookup.run(connection, found[1].run.run_id)["run_id"])
    border.write_json(value, folder / "cards" / "3082a4261ea1.json")
    border.write_json(value, folder / "files" / "copy.json")
    (folder / "files" / "emptydir").mkdir()
    for name, rows in RECORDS.items():
        if name.endswith(".jsonl"):
            (folder / "files" / name).write_text("".join(json.dumps(r) + "\n" for r in rows))
    for name, content in TEXTS.items():
        (folder / "files" / name).write_bytes(content)
    for name, members in {
        "b.eval": {}, "c.eval": {"header.json": "[]"}, "d.eval": {"header.json": "{}"},
        "e2.eval": {"header.json": '{"eval": "text"}', "samples/1_epoch_1.json": "{}"},
    }.items():  # fmt: skip
        with zipfile.ZipFile(folder / "files" / name, "w") as archive:
            for member, text in members.items():
                archive.writestr(member, text)
    _databases(folder / "files")
    return ids


def _databases(folder: Path) -> None:
    for name, statements in {
        "other.duckdb": ["create table t (a int)"],
        "view.duckdb": ["create view runs as select content from read_text('/etc/hostname')"],
        "other2.duckdb": ["create table meta (a int)"],
        "other3.duckdb": [
            "create table meta (key text, value text)", "insert into meta values ('schema_version', 'abc')",
        ],
        "other4.duckdb": [
            "create table meta (key text, value text)", "insert into meta values ('schema_version', '2')",
            "create table runs (x int)",
        ],
    }.items():  # fmt: skip
        with duckdb.connect(str(folder / name)) as connection:
            for statement in statements:
                connection.execute(statement)
    shutil.copyfile(home.default_store(), folder / "r.published.duckdb")
    shutil.copyfile(home.default_store(), folder / "cards.duckdb")


def prepare(name: str, words: list[str], folder: Path) -> None:
    """Put the files there that this mistake is about."""
    kind, _, what = name.partition(": ")
    named = [Path(w.split(":V")[0]) for w in words if w.startswith(str(folder))]
    if kind == "import" and words[-1] in ("x17", "x38", "x39b", "x41"):
        shutil.rmtree(home.pools_folder() / words[-1])  # it is there for the rows that run it
    if name in RECORDS:
        named[0].write_text("".join(json.dumps(r) + "\n" for r in RECORDS[name]))
    if kind in ("verifier", "process"):
        named[0].write_text(ODD[what])
    if kind in ("cards add", "cards reproduce") and what in CARDS:
        card = json.loads((folder / "cards" / "3082a4261ea1.json").read_text())
        CARDS[what](card)
        next(p for p in named if p.suffix == ".json").write_text(json.dumps(card))
