"""The client: prompts unwrapped to the bare problem, three trainers' signatures, the standard library alone."""

import ast
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from harness.serve import client
from harness.serve.client import Client, MissingScore, RewardError, bare_problem, conversation, solution_of

PROBLEM, TEMPLATE = "What is 1 + 1?", "{problem}\n\nPut your answer within \\boxed{}."
ASKED = TEMPLATE.format(problem=PROBLEM) if "{}" not in TEMPLATE else TEMPLATE.replace("{problem}", PROBLEM)
CHATS = {
    "chatml": "<|im_start|>system\nYou help.<|im_end|>\n<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n",
    "llama 3": "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nYou help.<|eot_id|>"
    "<|start_header_id|>user<|end_header_id|>\n\n{}<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
    "llama 2": "<s>[INST] <<SYS>>\nYou help.\n<</SYS>>\n\n{} [/INST]",
    "mistral": "<s>[INST] {} [/INST]",
    "gemma": "<bos><start_of_turn>user\n{}<end_of_turn>\n<start_of_turn>model\n",
    "deepseek r1": "<｜begin▁of▁sentence｜>You help.<｜User｜>{}<｜Assistant｜><think>\n",
    "zephyr": "<|system|>\nYou help.</s>\n<|user|>\n{}</s>\n<|assistant|>\n",
    "deepseek math": "User: {}\n\nAssistant:",
    "plain": "{}\n",
}


@pytest.mark.parametrize("name", CHATS)
def test_a_templated_prompt_is_unwrapped(name):
    """The user's words, without the template's around the problem."""
    assert bare_problem(CHATS[name].replace("{}", ASKED), TEMPLATE) == PROBLEM
    assert bare_problem(CHATS[name].replace("{}", PROBLEM)) == PROBLEM


def test_messages_are_unwrapped_to_what_the_user_said_last():
    chat = [
        {"role": "system", "content": "You help."},
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hi"},
        {"role": "user", "content": [{"type": "text", "text": ASKED}]},
    ]
    assert bare_problem(chat, TEMPLATE) == PROBLEM
    assert conversation(chat)[1:3] == [("user", "Hello"), ("assistant", "Hi")]
    with pytest.raises(ValueError, match="none of a user's"):
        bare_problem([{"role": "system", "content": "x"}])


def test_a_problem_that_speaks_of_users_is_left_alone():
    """A text without a turn of a user's is the problem itself."""
    text = "A system: 2 assistants share 3 desks."
    assert bare_problem(text) == text
    assert solution_of([{"role": "assistant", "content": "So 2."}]) == "So 2."
    assert solution_of("So 2.") == "So 2."


def test_the_client_needs_the_standard_library_alone(served, file, tmp_path):
    """Every import is Python's own or guarded; the copy that a server hands out works by itself."""
    tree = ast.parse(Path(client.__file__).read_text())
    names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    names |= {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) == {"torch"}
    server, _ = served(f"{file}:Plain")
    with urllib.request.urlopen(f"{server.url}/client.py") as answer:
        (tmp_path / "bonbench_client.py").write_bytes(answer.read())
    code = f"import bonbench_client as c; print(c.Client({server.url!r}).rewards(['p', 'p'], ['s 1', 's 2']))"
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {code}"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False)

    assert done.stdout.strip() == "[1.001, 2.001]", done.stderr


def test_verl(served, file, monkeypatch):
    """By keyword, as verl calls it: one solution, or a batch; what the verifier cannot judge is None."""
    server, _ = served(f"{file}:Long")
    monkeypatch.setenv("BONBENCH_REWARD_URL", server.url)
    asked = {"data_source": "made", "ground_truth": "5"}

    one = client.compute_score(**asked, solution_str="So 5", extra_info={"question": "How many?", "index": 3})
    missing = client.compute_score(
        **asked, solution_str="So 6", extra_info={"prompt": [{"role": "user", "content": "How many?"}]}
    )
    batch = client.compute_scores(
        data_sources=["made"] * 2,
        solution_strs=["So 5", "So 6"],
        ground_truths=["5"] * 2,
        extra_infos=[{"problem": "How many?"}] * 2,
    )

    assert one == 9 + 4 / 7
    assert missing is None
    assert batch == [one, None]
    with pytest.raises(ValueError, match="extra_info holds no"):
        client.compute_score(**asked, solution_str="So 5", extra_info={"split": "train"})


def test_openrlhf(served, file, monkeypatch):
    """Tensors of rewards and scores; a missing score ends it with a sentence, and is not 0."""
    torch = pytest.importorskip("torch")
    server, _ = served(f"{file}:Long")
    monkeypatch.setenv("BONBENCH_REWARD_URL", server.url)
    prompt = CHATS["chatml"].replace("{}", "How many?")

    found = client.reward_func([prompt + "So 5<|im_end|>", prompt + "So 15"], [prompt] * 2, ["5", "5"])

    assert found["rewards"].tolist() == pytest.approx([9 + 4 / 7, 9 + 5 / 7])
    assert isinstance(found["scores"], torch.Tensor)
    assert list(found["extra_logs"]) == ["bonbench"]
    with pytest.raises(MissingScore, match="1 of 2 solutions have no score; the first: 'the verifier gave no score'"):
        client.reward_func([prompt + "So 6", prompt + "So 5"], [prompt] * 2, ["5", "5"])


def test_solutions_of_one_problem_are_asked_about_together(served, file):
    """However they are mixed: a verifier that prefers compares those of the same problem, and answers stay in order."""
    _, asks = served(f"{file}:Shorter")

    found = asks.rewards(["p", "q", "p"], ["long one", "alone", "short"])

    assert found[1] == 0.5
    assert found[2] > 0.5 > found[0]
    assert found[0] + found[2] == pytest.approx(1.0)


def test_a_server_that_is_away_or_busy_is_asked_again(monkeypatch):
    """With growing pauses, then a sentence."""
    pauses = []
    monkeypatch.setattr(client.time, "sleep", pauses.append)

    with pytest.raises(RewardError, match="did not answer after 8 repetitions"):
        Client("http://127.0.0.1:1").rewards(["p"], ["s"])

    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    with pytest.raises(ValueError, match="is no address"):
        Client("127.0.0.1:1")
