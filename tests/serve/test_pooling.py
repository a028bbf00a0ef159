"""The shape of vLLM's ``/pooling``: messages and chat templates are unwrapped, what is missing is null."""

import json
import urllib.error
import urllib.request

import pytest

TEMPLATED = (
    "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHow many?<|im_end|>\n"
    "<|im_start|>assistant\nab\nabcd<|im_end|>\n"
)


@pytest.mark.parametrize(
    "asked",
    [
        {"input": TEMPLATED},
        {"input": [TEMPLATED]},
        {
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "How many?"},
                {"role": "assistant", "content": [{"type": "text", "text": "ab\nabcd"}]},
            ]
        },
    ],
)
def test_a_prm_gives_a_row_a_step(file, served, asked):
    """As vLLM's STEP pooling does; fields about how a model is run are read over."""
    server, client = served(f"{file}:Lengths")

    answer = client.post("/pooling", {"model": "lengths", "use_activation": False, **asked})

    assert answer["object"] == "list"
    assert answer["model"] == "lengths"
    assert [d["data"] for d in answer["data"]] == [[[0.5], [0.25]]]
    assert set(answer["usage"]) == {"prompt_tokens", "total_tokens", "completion_tokens"}
    with urllib.request.urlopen(f"{server.url}/v1/models") as models:
        assert json.loads(models.read())["data"][0]["id"] == "lengths"


def test_an_orm_gives_one_number_and_null_where_it_has_none(file, served):
    _, client = served(f"{file}:Long")
    texts = [TEMPLATED.replace("ab\nabcd", said) for said in ("Answer: 5", "Answer: 6")]

    answer = client.post("/pooling", {"input": texts})

    assert [d["data"] for d in answer["data"]] == [[9 + 9 / 7], None]
    assert answer["data"][1]["note"] == "the verifier gave no score"


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"input": [1, 2, 3]}, 400, "Token ids were sent"),
        ({"input": "no chat at all"}, 400, "No problem and solution were found"),
        ({"input": "x", "messages": []}, 400, "either 'input' or 'messages'"),
        ({"messages": [{"role": "user", "content": "alone"}]}, 400, "No problem and solution were found"),
        ({"model": "another", "input": TEMPLATED}, 404, "'another' is not served here; 'long' is"),
        ({"encoding_format": "base64", "input": TEMPLATED}, 400, "numbers only"),
    ],
)
def test_what_cannot_be_scored_is_said(file, served, body, status, said):
    server, _ = served(f"{file}:Long")
    request = urllib.request.Request(
        f"{server.url}/pooling", json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)

    assert refused.value.code == status
    assert said in json.loads(refused.value.read())["error"]["message"]
