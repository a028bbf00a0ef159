"""Tasks of lm-eval: loaded one by one, prompts and right answers as lm-eval has them."""

import json
import subprocess
import sys

import pytest

from harness import registry
from harness.errors import BadInput, UnknownName
from harness.pool import problems

pytest.importorskip("lm_eval")

YAML = """task: made_sums
dataset_path: json
dataset_kwargs:
  data_files:
    test: {data}
output_type: {kind}
test_split: test
doc_to_text: "Question: {{{{question}}}}\\nAnswer:"
doc_to_target: "{{{{answer}}}}"
generation_kwargs:
  until: ["\\n\\n"]
metric_list:
  - metric: exact_match
metadata:
  version: 3.0
"""


@pytest.fixture
def yaml(tmp_path, monkeypatch):
    """A function that writes a task of lm-eval over two made documents."""
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    data = tmp_path / "sums.jsonl"
    rows = [
        {"question": "What is 1 + 1?", "answer": "1 + 1 = 2\n#### 2", "type": "sums"},
        {"question": "What is 1 + 2?", "answer": "#### 3", "type": "sums"},
    ]
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))

    def write(kind: str = "generate_until"):
        path = tmp_path / "made_sums.yaml"
        path.write_text(YAML.format(data=data, kind=kind))
        return path

    return write


def test_a_task_of_lm_eval_is_a_task(yaml):
    """Text, right answer, subject and version come from lm-eval's own task object."""
    task = registry.task(f"lm-eval:{yaml()}")
    assert (task.name, task.version) == ("lm-eval:made_sums", 3)
    found = problems.load_problems(task)
    assert [p.text for p in found] == ["Question: What is 1 + 1?\nAnswer:", "Question: What is 1 + 2?\nAnswer:"]
    assert [p.gold for p in found] == ["2", "3"]
    assert {p.subject for p in found} == {"sums"}
    assert len({p.id for p in found}) == 2


def test_a_task_that_generates_nothing_is_refused(yaml):
    """A multiple-choice task by likelihoods has nothing to verify, and says so."""
    with pytest.raises(BadInput, match="compares likelihoods and generates nothing"):
        registry.task(f"lm-eval:{yaml('multiple_choice')}")


def test_an_unknown_name_is_refused():
    """What lm-eval does not have is named, with what is near."""
    with pytest.raises(UnknownName, match="no_such_task"):
        registry.task("lm-eval:no_such_task")


def test_the_whole_index_of_tasks_is_never_built():
    """Only the folder of the one task is read: the index of all of them, which takes many seconds, is not asked for."""
    program = (
        "import lm_eval.tasks as t\n"
        "made = t.TaskManager\n"
        "class Watched(made):\n"
        "    def __init__(self, *a, **k):\n"
        "        assert k.get('include_defaults') is False\n"
        "        super().__init__(*a, **k)\n"
        "        assert len(self.all_tasks) < 300, len(self.all_tasks)\n"
        "        print(len(self.all_tasks))\n"
        "t.TaskManager = Watched\n"
        "from harness import registry\n"
        "try:\n    print(registry.task('lm-eval:gsm8k').name)\n"
        "except Exception as error:\n    print(type(error).__name__)\n"
    )
    environment = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "PATH": "/usr/bin"}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120, env=environment
    )
    lines = done.stdout.strip().split("\n")
    assert int(lines[0]) >= 1, done.stderr[-2000:]
    assert lines[-1] in ("lm-eval:gsm8k", "BadInput"), "loaded, or its data cannot be had without a network"
