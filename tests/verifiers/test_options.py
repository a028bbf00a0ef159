"""Options as they stand on the command line: one place makes records of them."""

import re
from pathlib import Path

import pytest

from harness import registry
from harness.errors import BadInput, UnknownName
from verifiers.families.critique import ThinkPRM
from verifiers.families.yes_no import YesNo
from verifiers.options import Setup, sort_options

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "verifiers.md"


def test_each_option_goes_into_its_record():
    """What every model takes is sorted into records; the family's own is left."""
    given = {"model": "m", "max_length": 9, "share": False, "server": "http://a", "samples": 3}

    setup, own = sort_options(ThinkPRM, "think", given)

    assert setup.model == "m"
    assert (setup.reading.max_length, setup.placement.share, setup.endpoint.server) == (9, False, "http://a")
    assert own == {"samples": 3}


def test_without_options_all_are_the_defaults():
    assert sort_options(YesNo, "yes-no", {}) == (Setup(), {})


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (
            "qwen-prm-7b batchtokens=3",
            r"No option of 'qwen-prm-7b' is called 'batchtokens'. Did you mean 'batch_tokens'",
        ),
        ("yes-no model=m prefil=x", "Did you mean 'prefill'"),
        ("think-prm-7b sample=2", "Did you mean 'samples'"),
        ("micromath-orm lenght=2", "No option of 'micromath-orm' is called 'lenght'"),
        ("qwen-prm-7b format=chat", "No option of 'qwen-prm-7b' is called 'format'"),
        ("judge server=http://a modle=m", "No option of 'judge' is called 'modle'. Did you mean 'model'"),
        ("length scale=2", "No option of 'length' is called 'scale'"),
    ],
)
def test_an_option_that_does_not_exist_has_neighbours(spec, message):
    """Of a family, of one that is made in another way, of a control: an unknown name, with the nearest ones."""
    with pytest.raises(UnknownName, match=message):
        registry.verifier(spec)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("qwen-prm-7b max_length=2k", "max_length=2k is not a whole number"),
        ("qwen-prm-7b share=0", "share=0 is not true or false"),
        ("qwen-prm-7b batch_tokens=true", "batch_tokens=True is not a whole number"),
        ("qwen-prm-7b server=gpu1:8000", "server='gpu1:8000' is no address"),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_at_once(spec, message):
    """Before anything is loaded."""
    with pytest.raises(BadInput, match=message):
        registry.verifier(spec)


def test_a_model_whose_name_is_a_number_stays_a_text():
    """Values are read as JSON where they are JSON; a name or an address is a text all the same."""
    setup, _ = sort_options(YesNo, "yes-no", {"model": 7, "name": 1.5})

    assert (setup.model, setup.name) == ("7", "1.5")


def test_every_option_of_every_model_is_documented():
    """The page lists the shared options by the names that the command line takes."""
    text = DOCUMENT.read_text(encoding="utf-8")
    section = text[text.index("## Every model's options") :].split("\n\n")[1]
    listed = {name.split("=")[0] for name in re.findall(r"`([a-z_=]+)`", section)}

    taken = {"model", "revision", "tokenizer", "name"}
    for record in (Setup().reading, Setup().placement, Setup().endpoint):
        taken |= set(record.__slots__)
    assert listed == taken
