"""Records out of files, damaged ones included."""

import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from harness.errors import BadInput
from harness.pool import sources
from harness.pool.sources import HubOptions, Record, Reject


def rows(path, **options):
    """Every record's row, and every reject."""
    return [r.row if isinstance(r, Record) else r for r in sources.records(path, **options)]


def test_a_malformed_line_is_reported_where_it_stands(tmp_path):
    """Line 2 of 4, with its beginning; the others are read, and blank lines are nothing."""
    file = tmp_path / "rows.jsonl"
    file.write_text('{"a": 1}\n{"a": \n\n[1, 2]\n{"a": 3}\n')

    first, second, third, fourth = sources.records(file)

    assert (first.row, first.line, fourth.row, fourth.line) == ({"a": 1}, 1, {"a": 3}, 5)
    assert (second.line, second.found, second.file) == (2, '{"a":', str(file))
    assert second.reason.startswith("not JSON")
    assert (third.line, third.reason) == (4, "a JSON object was expected, found list")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'\xef\xbb\xbf{"a": 1}\n{"a": 2}\n', [{"a": 1}, {"a": 2}]),
        (b'{"a": 1}\r\n{"a": 2}\r\n', [{"a": 1}, {"a": 2}]),
        (b'{"a": 1}', [{"a": 1}]),
        (b"", []),
        (b"\n\n", []),
        (b'{"a": "\\ud83d"}\n', [{"a": "\N{REPLACEMENT CHARACTER}"}]),
        (b'{"a": "\\ud83d\\ude00"}\n', [{"a": "\N{GRINNING FACE}"}]),
    ],
)
def test_unusual_bytes_are_read_as_meant(tmp_path, content, expected):
    """A byte order mark, Windows line ends, no last line end, nothing at all, half an emoji and a whole one."""
    file = tmp_path / "rows.jsonl"
    file.write_bytes(content)

    assert rows(file) == expected


def test_nan_and_infinity_are_read_as_python_writes_them(tmp_path):
    """They are not JSON, but every json.dump writes them."""
    file = tmp_path / "rows.jsonl"
    file.write_text('{"a": NaN, "b": -Infinity}\n')

    (row,) = rows(file)

    assert row["a"] != row["a"]
    assert row["b"] == float("-inf")


def test_bytes_that_are_no_text_are_set_aside(tmp_path):
    """Latin-1 in one line does not spoil the others."""
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b'{"a": "\xe9"}\n{"a": 2}\n')

    bad, good = rows(file)

    assert isinstance(bad, Reject)
    assert (bad.line, good) == (1, {"a": 2})


def test_gzip_reads_like_the_plain_file(tmp_path):
    """Whatever the suffix in front of .gz."""
    (tmp_path / "rows.jsonl.gz").write_bytes(gzip.compress(b'{"a": 1}\n{"a": 2}\n'))
    (tmp_path / "rows.json.gz").write_bytes(gzip.compress(b'[{"a": 1}, {"a": 2}]'))
    (tmp_path / "rows.csv.gz").write_bytes(gzip.compress(b"a\n1\n2\n"))

    assert rows(tmp_path / "rows.jsonl.gz") == rows(tmp_path / "rows.json.gz") == [{"a": 1}, {"a": 2}]
    assert rows(tmp_path / "rows.csv.gz") == [{"a": "1"}, {"a": "2"}]


def damaged(kind):
    """A compressed file that is none, one cut short, and one with wrong bytes in its middle."""
    whole = gzip.compress(b'{"a": 1}\n' * 50_000, compresslevel=0)
    return {
        "none": b'{"a": 1}\n',
        "cut": whole[: len(whole) // 2],
        "spoilt": whole[:70_000] + b"\xff" * 2000 + whole[72_000:],
    }[kind]


@pytest.mark.parametrize("kind", ["none", "cut", "spoilt"])
def test_a_damaged_gzip_file_stops_the_import(tmp_path, kind):
    """How many records are lost cannot be told, so there is no share to compare with a limit."""
    file = tmp_path / "rows.jsonl.gz"
    file.write_bytes(damaged(kind))

    with pytest.raises(BadInput, match=r"rows\.jsonl\.gz' is damaged .* some of its records are lost"):
        rows(file)


def test_a_file_that_cannot_be_opened_is_said_so(tmp_path):
    """A folder in a file's place."""
    (tmp_path / "rows.jsonl").mkdir()
    (tmp_path / "rows.jsonl" / "x.txt").write_text("")

    with pytest.raises(BadInput, match=r"holds no \.jsonl, \.json, \.yaml"):
        sources.expand([tmp_path / "rows.jsonl"])


def test_json_lines_may_be_called_json(tmp_path):
    """Many upstreams name them so; a broken line in them is a broken line, not a broken file."""
    file = tmp_path / "rows.json"
    file.write_text('{"a": 1}\n{"a": \n{"a": 3}\n')

    first, second, third = rows(file)

    assert (first, third) == ({"a": 1}, {"a": 3})
    assert second.line == 2


def test_a_json_file_is_a_list_or_one_record(tmp_path):
    """What is neither is set aside."""
    for name, content in {"list": '[{"a": 1}, 2]', "one": '{"a": 1}', "none": "{", "empty": ""}.items():
        (tmp_path / f"{name}.json").write_text(content)

    assert rows(tmp_path / "one.json") == [{"a": 1}]
    assert rows(tmp_path / "empty.json") == []
    assert rows(tmp_path / "list.json")[1].reason == "a JSON object was expected, found int"
    assert rows(tmp_path / "none.json")[0].reason.startswith("not JSON")


def test_yaml_gives_plain_values_only(tmp_path):
    """A document that asks for a Python object is set aside, not obeyed."""
    (tmp_path / "good.yaml").write_text("question: one\nsamples: [a, b]\n")
    (tmp_path / "evil.yaml").write_text("!!python/object/apply:os.system ['true']\n")

    assert rows(tmp_path / "good.yaml") == [{"question": "one", "samples": ["a", "b"]}]
    assert "not YAML" in rows(tmp_path / "evil.yaml")[0].reason


def test_csv_counts_lines_of_the_file(tmp_path):
    """A quoted line end inside a field does not move the count, and a byte order mark is no part of the first name."""
    file = tmp_path / "rows.csv"
    file.write_bytes(b'\xef\xbb\xbfa,b\n1,"x\ny"\n2,z\n')

    first, second = sources.records(file)

    assert (first.row, second.row) == ({"a": "1", "b": "x\ny"}, {"a": "2", "b": "z"})
    assert (first.line, second.line) == (3, 4)


def test_parquet_is_read_in_pieces_that_fit_in_memory(tmp_path, monkeypatch):
    """Rows of 10,000 samples are not read a thousand at a time."""
    monkeypatch.setattr("harness.pool.sources._BATCH_BYTES", 4_000)
    file = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"a": [f"{k:04d}" * 500 for k in range(20)]}), file, use_dictionary=False)
    sizes = []
    original = pq.ParquetFile.iter_batches
    monkeypatch.setattr(
        pq.ParquetFile, "iter_batches", lambda s, batch_size: sizes.append(batch_size) or original(s, batch_size)
    )

    found = list(sources.records(file))

    assert [r.row["a"][:4] for r in found] == [f"{k:04d}" for k in range(20)]
    assert sizes[0] <= 2
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(BadInput, match="is no readable Parquet file"):
        rows(tmp_path / "broken.parquet")


def test_a_folder_gives_its_files_in_natural_order(tmp_path):
    """rs2 before rs10, folders within folders, and nothing that is no data."""
    for name in ("rs10.jsonl", "rs2.jsonl", "deeper/rs1.jsonl.gz", "notes.txt", "metrics.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")

    everything = [p.name for p in sources.expand([tmp_path])]
    wanted = [p.name for p in sources.expand([tmp_path], ("rs*.jsonl",))]

    assert everything == ["rs1.jsonl.gz", "metrics.json", "rs2.jsonl", "rs10.jsonl"]
    assert wanted == ["rs1.jsonl.gz", "rs2.jsonl", "rs10.jsonl"]
    with pytest.raises(BadInput, match=r"holds no \*\.eval file"):
        sources.expand([tmp_path], ("*.eval",))


def test_what_is_neither_a_file_nor_a_hub_id_is_refused():
    """A path that does not exist is not sent to a hub."""
    assert sources.expand(["owner/name"]) == ["owner/name"]
    for name in ("no-such-file.jsonl", "./no/such/file", "tests/nothing"):
        with pytest.raises(BadInput, match="There is no file"):
            sources.expand([name])


def test_a_dataset_saved_to_disk_is_one_source(tmp_path):
    """A dataset, and one split of a dictionary of them; a split it lacks is answered with those it has."""
    datasets = pytest.importorskip("datasets")
    data = datasets.Dataset.from_list([{"a": 1}, {"a": 2}])
    data.save_to_disk(tmp_path / "one")
    datasets.DatasetDict({"train": data}).save_to_disk(tmp_path / "several")

    assert sources.expand([tmp_path / "one", tmp_path / "several"]) == [tmp_path / "one", tmp_path / "several"]
    assert rows(tmp_path / "one") == [{"a": 1}, {"a": 2}]
    assert rows(tmp_path / "several", hub=HubOptions(split="train")) == [{"a": 1}, {"a": 2}]
    with pytest.raises(BadInput, match="it has the splits train"):
        rows(tmp_path / "several", hub=HubOptions(split="test"))


def test_progress_comes_to_the_bytes_of_the_file(tmp_path):
    """Whatever the kind of file."""
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps({"a": k}) + "\n" for k in range(1000)))
    (tmp_path / "rows.json").write_text("[]")
    done = []

    for file in sorted(tmp_path.iterdir()):
        list(sources.records(file, progress=lambda now, total: done.append((now, total))))

    assert {now for now, total in done if now == total} == {f.stat().st_size for f in tmp_path.iterdir()}
    assert all(now <= total for now, total in done)
    assert len(done) > 3
