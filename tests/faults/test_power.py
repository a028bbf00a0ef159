"""A computer may lose its power at any time: a file gets its name only after the disk has it."""

import os
from pathlib import Path

from harness import files


def test_a_file_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    """Of text, JSON and tables alike."""
    import pyarrow as pa

    order = []
    real = os.replace
    monkeypatch.setattr(os, "fsync", lambda handle: order.append(("disk", os.fstat(handle).st_ino)))

    def named(source, target, *args, **kwargs):
        order.append(("name", Path(source).stat().st_ino))
        return real(source, target, *args, **kwargs)

    monkeypatch.setattr(os, "replace", named)
    monkeypatch.setattr(Path, "replace", named)

    files.write_text("text", tmp_path / "a.txt")
    files.write_json({"a": 1}, tmp_path / "a.json")
    files.write_table(pa.table({"a": [1]}), tmp_path / "a.parquet")

    made = [path.stat().st_ino for path in (tmp_path / "a.txt", tmp_path / "a.json", tmp_path / "a.parquet")]
    assert [step for step in order if step[1] in made] == [
        pair for ino in made for pair in (("disk", ino), ("name", ino))
    ]
