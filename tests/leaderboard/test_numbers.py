"""Every number of every view is the export's: the views are opened, their tables and charts walked, row by row."""

import csv
import io
import json
import re
from html import unescape

import pyarrow as pa
import pytest

from harness.report import cite, store
from leaderboard.draw.static import page as static_page
from leaderboard.read import boards
from worlds.pages import html, words

N = 8


@pytest.fixture(scope="module")
def exported(invented_home):
    """What ``bonbench export --format csv`` writes, by run, rule, aggregation, slice and N."""
    with store.reading(invented_home / "results.duckdb") as connection:
        rows = cite.long_table(connection)
    return {(r["run_id"], r["measure"], r["aggregation"], r["slice_kind"], r["slice"], r["n"]): r for r in rows}


@pytest.fixture
def entries(board):
    """Every entry of the boards of single tasks: by board, then by label."""
    return {b.slug: {e.label: e for e in boards.entries(b)} for b in boards.boards() if not b.members}


def number(row) -> str:
    """Value and interval as pages print them."""
    return " ".join((f"{100 * row['value']:.1f}", f"{100 * row['low']:.1f}–{100 * row['high']:.1f}"))


def at(exported, entry, n=N, kind="all", part="all"):
    """The export's row of an entry."""
    return exported[(*entry.key, kind, part, n)]


def charts(page):
    """The rows of every chart of a page."""
    for element in page.get("vega_lite_chart"):
        for dataset in element.proto.datasets:
            yield pa.ipc.open_stream(dataset.data.data).read_all().to_pylist()


def rows_of(table: str) -> list[list[str]]:
    """The cells of an HTML table, as text."""
    found = re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.DOTALL)
    return [[text(c) for c in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)] for row in found]


def text(cell: str) -> str:
    """A cell without its tags; a small line below stands after a space."""
    return unescape(re.sub(r"<[^>]+>", "", cell.replace("<small", " <small"))).strip()


def ranked(shown: str) -> dict[str, tuple[str, str]]:
    """Of a ranking: accuracy and interval by run."""
    out = {}
    for row in re.findall(r'<tr class="line(.*?)</tr>', shown, re.DOTALL):
        run = re.search(r'class="run">.*?<small>(?:<a[^>]*>)?([0-9a-f]{12})', row)[1]
        accuracy = re.search(r'class="acc">([^<]*)', row)[1]
        interval = re.search(r'class="iv".*?<small>([^<]*)', row)
        out[run] = (accuracy, interval[1] if interval else "")
    return out


def test_the_front_page(board, opened, exported, entries):
    """Every cell of the matrix."""
    shown = html(opened("front", n=str(N))).split('class="bo matrix"')[1].split("</table>")[0]
    heads, *lines = rows_of(shown)
    columns = [b for b in boards.by_task().values() for b in b if not b.members and N in b.ns]
    walked = 0
    for name, *cells in lines:
        for head, cell in zip(heads[1:], cells, strict=True):
            found = next((b for b in columns if head.startswith(b.title + " ")), None)
            if found is None or cell == "–":
                continue
            own = next(e for e in entries[found.slug].values() if e.headline and name.startswith(e.verifier))
            assert re.sub(r" ?[▲▼=] ?", " ", cell).replace("  ", " ") == number(at(exported, own))
            walked += 1
    assert walked >= 2 * 8


@pytest.mark.parametrize("n", [1, 8, 32])
def test_the_board(board, opened, exported, entries, n):
    """Accuracy, interval, what choosing and answering gain, of every line."""
    for slug, own in entries.items():
        shown = ranked(html(opened(board=slug, n=str(n))))
        headline = {e.run_id: e for e in own.values() if e.headline}
        assert shown.keys() == headline.keys()
        for run, (accuracy, interval) in shown.items():
            row = at(exported, headline[run], n)
            assert accuracy == f"{100 * row['value']:.1f}"
            assert interval in ("", f"{100 * row['low']:.1f}–{100 * row['high']:.1f}")


def test_the_board_as_a_table_to_sort(board, opened, exported, entries):
    """The same numbers, unrounded."""
    for slug in entries:
        table = opened(board=slug, n=str(N), table="true").dataframe[0].value.to_dict("records")
        for line in table:
            row = exported[line["run_id"], line["measure"], line["aggregation"] or "", "all", "all", N]
            for name in ("value", "low", "high", "answering", "choosing", "draw_deviation"):
                assert line[name] == pytest.approx(row[name], abs=1e-12)


def test_every_rule(board, opened, exported, entries):
    """Every cell of the grid of rules and aggregations."""
    for slug, own in entries.items():
        heads, *lines = rows_of(html(opened(board=slug, n=str(N), rule="all")).split('class="bo matrix rules"')[1])
        walked = 0
        for name, *cells in lines:
            for head, cell in zip(heads[1:], cells, strict=True):
                rule, _, how = head.rpartition(" ") if "no aggregation" not in head else (head[:-15], "", "")
                found = [
                    e
                    for e in own.values()
                    if (e.verifier, e.described.label, e.aggregation) == (name, rule.strip(), how)
                ]
                assert (cell == "–") == (not found)
                if found:
                    assert cell == number(at(exported, found[0]))
                    walked += 1
        assert walked == sum(e.competes for e in own.values())


@pytest.mark.parametrize("split", ["quintile", "subject", "level"])
def test_the_curves(board, opened, exported, entries, split):
    """Every point of the large chart and of every small one, with its band."""
    for slug, own in entries.items():
        parts = {part for (_, _, _, kind, part, _) in exported if kind == split}
        walked = 0
        for rows in charts(opened("curves", board=slug, split=split)):
            for row in rows:
                if "value" not in row:
                    continue
                entry = own[row["label"]]
                known = [exported.get((*entry.key, "all", "all", row["n"]))]
                known += [exported.get((*entry.key, split, part, row["n"])) for part in parts]
                assert any(
                    x is not None
                    and all(abs(row[k] - 100 * x[k]) < 1e-9 for k in ("value", "low", "high", "draw_deviation"))
                    for x in known
                )
                walked += 1
        assert walked >= 4 * 6 * len(next(iter(own.values())).ns)


def test_the_comparison(board, opened, exported, entries):
    """The difference over N is that of the two exported accuracies."""
    for slug, own in entries.items():
        page = opened("compare", board=slug, n=str(N))
        a, b = (own[page.selectbox(key=k).value] for k in ("a", "b"))
        rows = next(rows for rows in charts(page) if rows and "difference" in rows[0])
        for row in rows:
            gap = at(exported, a, row["n"])["value"] - at(exported, b, row["n"])["value"]
            assert row["difference"] == pytest.approx(100 * gap, abs=1e-9)
        gap = 100 * (at(exported, a)["value"] - at(exported, b)["value"])
        assert f"**{gap:+.1f}**".replace("-", "−") in words(page)


def test_the_problems(board, opened, exported, entries):
    """The cells of the heatmap average to the exported accuracies, over all problems and in each quintile."""
    for slug, own in entries.items():
        cells = [r for rows in charts(opened("problems", board=slug, n=str(N))) for r in rows if "place" in r]
        by = {}
        for r in {(c["label"], c["problem"]): c for c in cells}.values():
            by.setdefault((r["label"], r["block"]), []).append(r["p"])
        assert len({label for label, _ in by}) >= 6
        for (label, block), p in by.items():
            part = re.match(r"Quintiles? ([\d–]+)", block)[1].replace("–", "-")
            rows = [exported.get((*own[label].key, "quintile", part + w, N)) for w in ("", " saturated", " unsolved")]
            assert any(r is not None and abs(sum(p) / len(p) - 100 * r["value"]) < 1e-6 for r in rows)


def test_the_steps(board, opened, exported, entries):
    """Every step measure of every verifier that is shown."""
    for slug, own in entries.items():
        page = opened("calibration", board=slug)
        table = html(page).split("Against the pool")[1].split("</table>")[0]
        _, *lines = rows_of(table)
        for name, *cells in lines:
            run = own[name].run_id
            known = [r for key, r in exported.items() if key[0] == run and key[5] is None]
            assert known
            for cell in cells[:-1]:
                value, low, high = re.match(r"([\d.]+) ([\d.]+)–([\d.]+)$", cell).groups()
                assert any([f"{100 * r[k]:.1f}" for k in ("value", "low", "high")] == [value, low, high] for r in known)
        assert len(lines) >= 2


def test_the_costs(board, opened, exported, entries):
    """Every point of accuracy against cost."""
    for slug, own in entries.items():
        rows = [r for rows in charts(opened("compute", board=slug)) for r in rows if "cost" in r and "value" in r]
        assert len(rows) > 20
        for row in rows:
            assert row["value"] == pytest.approx(100 * at(exported, own[row["label"]], row["n"])["value"], abs=1e-9)


def test_out_of_distribution(board, opened, exported, entries):
    """The aggregate of one set is that set's exported number."""
    page = opened("ood", n=str(N))
    science = next(b for b in boards.boards() if b.task == "invented-science")
    heads, *lines = rows_of(
        html(page).split("Aggregate")[0].rsplit("<table>", 1)[1] + "Aggregate" + html(page).split("Aggregate")[1]
    )
    total = next(line for line in lines if line[0].startswith("Aggregate"))
    for head, cell in zip(heads[1:-1], total[1:-1], strict=True):
        assert cell == number(at(exported, entries[science.slug][head]))


def test_a_verifier(board, opened, exported, entries):
    """Each of its boards."""
    for name in {e.verifier for own in entries.values() for e in own.values() if e.competes}:
        _, *lines = rows_of(html(opened("verifier", verifier=name, n=str(N))).split('class="bo grid"')[1])
        walked = 0
        for title, n, cell, *_ in lines:
            found = next((b for b in boards.boards() if not b.members and title.startswith(b.title)), None)
            if found is not None:
                own = next(e for e in entries[found.slug].values() if e.verifier == name and e.headline)
                assert cell == number(at(exported, own, int(n)))
                walked += 1
        assert walked == 2


def test_a_run(board, opened, exported, entries):
    """The sentence, under every rule and aggregation of a run."""
    own = next(iter(entries.values()))
    run = next(e.run_id for e in own.values() if e.aggregation)
    for entry in (e for e in own.values() if e.run_id == run):
        page = opened("run", run=run, n=str(N), rule=entry.measure, aggregation=entry.aggregation)
        row = at(exported, entry)
        assert f"{100 * row['value']:.1f} % (95 % interval over {row['n_problems']} problems" in page.code[0].value
        assert f"{100 * row['low']:.1f} to {100 * row['high']:.1f}" in page.code[0].value


def test_the_static_page(invented_home, exported):
    """Tables, CSV files and curves of the one-file board."""
    pytest.importorskip("vl_convert")
    with store.reading(invented_home / "results.duckdb") as connection:
        file = static_page(connection, "Board")
    parts = re.findall(
        r'<div class="at" data-n="(\d+)">(.*?)<script type="application/json">(.*?)</script>', file, re.DOTALL
    )
    assert parts
    for n, table, numbers in parts:
        shown = ranked(table)
        for line in csv.DictReader(io.StringIO(json.loads(numbers))):
            row = exported[line["run_id"], line["measure"], line["aggregation"], "all", "all", int(n)]
            assert float(line["value"]) == pytest.approx(row["value"], abs=1e-12)
            assert shown[line["run_id"]][0] == f"{100 * row['value']:.1f}"
    specifications = json.loads(re.search(r'id="charts">(.*?)</script>', file, re.DOTALL)[1])
    known = {round(100 * r["value"], 9) for r in exported.values()}
    points = [
        row["value"]
        for chart in specifications.values()
        for rows in chart["datasets"].values()
        for row in rows
        if "value" in row
    ]
    assert len(points) > 500
    assert {round(v, 9) for v in points} <= known
