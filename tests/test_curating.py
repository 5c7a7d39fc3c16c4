"""The curator's commands: what each prints. What `check` says is in test_seeding and test_checks."""

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from app.cli import cli
from app.curation.guide import renew_guide
from app.curation.reader import read_seed
from app.curation.render import render
from app.curation.schema import list_files, make_schema
from app.history.state import State
from app.model.passage import digest
from app.resources import RESOURCES
from app.settings import PROJECT

from .conftest import DOCUMENT, RISK_FACTOR, Api

Write = Callable[..., Path]
Run = Callable[..., Result]
TODAY = {"version": "2026.1.0", "date": date.today().isoformat()}
FIRST, SECOND = (f"{date.today():%Y.%-m}.{number}" for number in (0, 1))


def change(tiny_seed: Write) -> None:
    """Change one record of a seed that was released."""
    tiny_seed(
        release={"version": FIRST, "date": date.today().isoformat()},
        risk_factors=[RISK_FACTOR | {"effect": "lowers"}],
    )


@pytest.fixture
def run(tiny_seed: Write, tmp_path: Path) -> Run:
    """Runs a command of `her2-facts` on a tiny seed that is released today."""
    environment = {
        "HER2_SEED": str(tiny_seed(release=TODAY)),
        "HER2_DATABASE": str(tmp_path / "db"),
    }

    def her2_facts(*arguments: str) -> Result:
        return CliRunner().invoke(cli, arguments, env=environment, catch_exceptions=False)

    return her2_facts


@pytest.fixture
def document(tmp_path: Path) -> str:
    (tmp_path / "documents").mkdir()
    path = tmp_path / "documents" / "tea.txt"
    path.write_text(DOCUMENT)
    return str(path)


def test_check_of_a_good_seed(run: Run, tiny_seed: Write) -> None:
    done = run("check")
    unreleased = "3 records, no faults\n3 records, all not released yet\n"
    assert (done.exit_code, done.stdout) == (0, unreleased)
    assert run("release").exit_code == 0
    done = run("check")
    assert (done.exit_code, done.stdout) == (0, "3 records, no faults\n")
    change(tiny_seed)
    done = run("check")
    assert done.stdout.endswith(f"\n1 record not released yet, since {FIRST}\n")


def test_check_lists_the_faults_and_counts_them(run: Run, tiny_seed: Write) -> None:
    tiny_seed(risk_factors="- id: [\n", drugs="no\n")
    done = run("check")
    assert done.exit_code == 1
    assert done.stdout == (
        "seed/drugs.yaml:1: should be a list, each item after '- '\n"
        "seed/risk-factors.yaml:2: should be YAML: did not find expected node content; "
        "close each [ and {\n"
    )
    assert done.stderr == "2 faults in 2 files\n"


def test_release_does_all_in_one_step(run: Run, tiny_seed: Write, tmp_path: Path) -> None:
    (tmp_path / "CITATION.cff").write_text('version: "0"\ndate-released: "0"\nlicense: x\n')
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## API\n\n## Data\n\n### 0\n\n- Old.\n")
    done = run("release")
    assert done.exit_code == 0
    seed = tmp_path / "seed"
    assert [*(seed / "releases").iterdir()] == [seed / "releases" / f"{FIRST}.ndjson.zst"]
    today = date.today().isoformat()
    assert (tmp_path / "CITATION.cff").read_text() == (
        f'version: "{FIRST}"\ndate-released: "{today}"\nlicense: x\n'
    )
    release = yaml.safe_load((seed / "release.yaml").read_text())
    assert release == {"version": FIRST, "date": date.today()}
    assert (
        f"## Data\n\n### {FIRST}\n\n- 3 records.\n\n### 0\n"
        in (tmp_path / "CHANGELOG.md").read_text()
    )
    assert f"released {FIRST}: 3 records, digest " in done.stdout
    assert f"If somebody else has released {FIRST} meanwhile, keep their files" in done.stdout
    change(tiny_seed)
    changelog = tmp_path / "CHANGELOG.md"
    changelog.write_text(f"## Data\n\n### {SECOND}\n\n- Tea.\n")
    assert run("release").exit_code == 0
    assert len([*(seed / "releases").iterdir()]) == 2
    counted = "- 0 records added, 1 changed, 0 withdrawn.\n"
    assert changelog.read_text() == f"## Data\n\n### {SECOND}\n\n{counted}- Tea.\n"


def test_nothing_is_released_twice(run: Run, tmp_path: Path) -> None:
    assert run("release").exit_code == 0
    before = {path: path.read_bytes() for path in (tmp_path / "seed").rglob("*.*")}
    done = run("release")
    assert (done.exit_code, done.stderr) == (1, f"nothing has changed since {FIRST}\n")
    assert {path: path.read_bytes() for path in (tmp_path / "seed").rglob("*.*")} == before


def test_a_recorded_release_is_never_overwritten(run: Run, tmp_path: Path) -> None:
    state = render(read_seed(tmp_path / "seed"))[0]
    path = tmp_path / "seed" / "releases" / "x.ndjson.zst"
    state.write(path)
    with pytest.raises(FileExistsError):
        state.write(path)
    assert State.read(path).entries == state.entries


def test_of_two_curators_the_second_releases_again(
    run: Run, tiny_seed: Write, tmp_path: Path
) -> None:
    """After the merge the data are those of both, and the record is that of the first."""
    assert run("release").exit_code == 0
    change(tiny_seed)
    assert "1 record not released yet" in run("check").stdout
    done = run("release")
    assert f"released {SECOND}: " in done.stdout
    (tmp_path / "seed" / "releases" / f"{FIRST}.ndjson.zst").write_bytes(b"<<<<<<<")
    done = run("release")
    assert done.exit_code == 1
    assert f"releases/{FIRST}.ndjson.zst: damaged: can't be unpacked" in run("check").stdout


def test_build_marks_data_that_are_not_released_and_refuses_them_if_told(
    run: Run, tiny_seed: Write
) -> None:
    done = run("build", "--release")
    assert (done.exit_code, done.stderr) == (
        1,
        "3 records, all not released yet: nothing was built; `her2-facts release` records them\n",
    )
    assert ": data 2026.1.0+dev, digest " in run("build").stdout
    assert run("release").exit_code == 0
    done = run("build", "--release")
    assert f": data {FIRST}, digest " in done.stdout
    assert "not released" not in done.stdout
    change(tiny_seed)
    done = run("build")
    assert f": data {FIRST}+dev, digest " in done.stdout
    assert done.stdout.endswith(f"\n1 record not released yet, since {FIRST}\n")
    assert run("build", "--release").exit_code == 1


def test_verify_ends_with_the_counts(run: Run, document: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run("verify", str(tmp_path / "empty"))
    assert done.exit_code == 1
    assert done.stdout.endswith("0 passages in 0 documents, 1 failures\n")
    directory = str(Path(document).parent)
    done = run("verify", directory)
    assert (done.exit_code, done.stdout) == (0, "3 passages in 1 documents, 0 failures\n")
    assert run("verify", directory, "--source", "tea-paper").exit_code == 0
    done = run("verify", directory, "--source", "tee-paper")
    message = "no source 'tee-paper' in sources.yaml; nearest: 'tea-paper'\n"
    assert (done.exit_code, done.stderr) == (1, message)


def test_cites_needs_a_known_document(run: Run, document: str, tmp_path: Path) -> None:
    done = run("cites", document)
    assert done.exit_code == 0
    assert done.stdout.startswith("1: Tea\n    sources/tea-paper: title, publisher\n")
    (tmp_path / "other.txt").write_text("other")
    done = run("cites", str(tmp_path / "other.txt"))
    message = f"no source in sources.yaml has document_sha256 {digest('other')}\n"
    assert (done.exit_code, done.stderr) == (1, message)


def test_passage_prints_a_citation_that_can_be_pasted(run: Run, document: str) -> None:
    done = run("passage", document, "Drinking tea", "the risk")
    text = "Drinking tea may lower the risk"
    assert done.exit_code == 0
    assert done.stdout.startswith(f"# {text}\n")
    assert yaml.safe_load(done.stdout) == [
        {
            "source": "tea-paper",
            "supports": ["FIELD"],
            "passage": {"start": "Drinking tea", "end": "the risk", "sha256": digest(text)},
        }
    ]


def test_passage_knows_the_nearest_heading_and_cuts_a_sentence_to_its_ends(
    run: Run, tiny_seed: Write, tmp_path: Path
) -> None:
    text = "Tea\n\n“Black” tea – isn’t it? – is a drink that many people have: daily.\n"
    (tmp_path / "tea.txt").write_text(text)
    documents = [{"source": "tea-paper", "headings": ["Tea"], "boilerplate": []}]
    source = yaml.safe_load((tiny_seed() / "sources.yaml").read_text())[0]
    tiny_seed(documents=documents, sources=[source | {"document_sha256": digest(text)}])
    typed = '"Black" tea - isn\'t it? - is a drink that many people have: daily.'
    (cited,) = yaml.safe_load(run("passage", str(tmp_path / "tea.txt"), typed).stdout)
    assert cited["section"] == "Tea"
    passage = cited["passage"]
    assert (passage["start"], passage["end"]) == ("“Black” tea – isn’t", "many people have: daily.")
    assert passage["sha256"] == digest(text[5:].strip())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["tea"], "found 4 times; add --prefix or --suffix with the words beside the one that you mean:\n  line 1: …[Tea] Drinking tea may lower the risk. G"),
        (["Tea", "--suffix", "Drinking"], None),
        (["tea", "--prefix", "Green"], None),
        (["tea", "--prefix", "Red"], "START is in the document, but the words beside it are others:\n  line 1: …[Tea] Drink"),
        (["Drinking tea", "the moon"], "START is in the document, but END does not follow:\n  line 3: …Tea [Drinking tea] may lower"),
        (["Drinking tea raises"], "'Drinking tea raises' is not in the document, but 'Drinking tea' is:\n  line 3: …Tea [Drinking tea] may"),
        (["Coffee"], "'Coffee' is not in the document, not even its first word\n"),
        (["one two three four five six seven", "end"], "START should be 1 to 6 words, got 7\n"),
        (["tea", "--prefix", " "], "--prefix should be 1 to 8 words, got 0\n"),
    ],
)  # fmt: skip
def test_passage_explains_why_there_is_none(
    run: Run, document: str, words: list[str], message: str | None
) -> None:
    done = run("passage", document, *words)
    assert done.exit_code == (message is not None)
    assert done.stderr.startswith(message or "")


def test_passage_says_what_an_unknown_document_needs(run: Run, tmp_path: Path) -> None:
    text = f"Tea {'x' * 600} end"
    (tmp_path / "other.txt").write_text(text)
    done = run("passage", str(tmp_path / "other.txt"), "Tea")
    message = f"no source has this document: add document_sha256: {digest(text)}\n"
    assert (done.exit_code, done.stderr) == (0, message)
    assert "source: SOURCE" in done.stdout
    done = run("passage", str(tmp_path / "other.txt"), "Tea", "end")
    assert done.stderr.startswith(
        "the passage takes in 608 characters, at most 500: line 1: …[Tea "
    )


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.kind)
def test_new_prints_every_field_in_a_shape_that_can_be_filled_in(
    run: Run, resource: object
) -> None:
    done = run("new", resource.kind)  # type: ignore[attr-defined]
    assert done.exit_code == 0
    (record,) = yaml.safe_load(done.stdout)
    names = re.findall(r"^(?:  |- )(?:# )?([a-z0-9_]+):", done.stdout, re.MULTILINE)
    fields = resource.seed.model_fields  # type: ignore[attr-defined]
    assert sorted(names) == sorted(fields)
    assert {name for name in fields if fields[name].is_required()} <= record.keys()


def test_new_says_which_words_a_field_takes_and_which_collections_there_are(run: Run) -> None:
    assert "One of: raises, may-raise, associated, lowers, may-lower.\n  effect:\n" in (
        run("new", "risk-factors").stdout
    )
    assert run("new", "drug").stderr == "no collection 'drug'; nearest: 'drugs'\n"
    assert run("new", "zzz").stderr.startswith("no collection 'zzz'; collections: topics, facts, ")


def test_schemas_are_current_and_named_by_their_files(run: Run, tmp_path: Path) -> None:
    assert run("schema", str(tmp_path / "schemas")).exit_code == 0
    for name, model, is_list in list_files():
        written = (tmp_path / "schemas" / f"{name}.json").read_text()
        kept = PROJECT / "seed" / "schemas" / f"{name}.json"
        assert kept.read_text("utf-8") == written, "run `make guide`"
        assert json.loads(written) == make_schema(name, model, is_list)
        first = (PROJECT / "seed" / f"{name}.yaml").read_text("utf-8").splitlines()[0]
        assert first == f"# yaml-language-server: $schema=schemas/{name}.json"


def test_the_readme_explains_each_field_of_each_file(run: Run, tmp_path: Path) -> None:
    kept = (PROJECT / "seed" / "README.md").read_text("utf-8")
    assert renew_guide(kept) == kept, "run `make guide`"
    for _, model, _ in list_files():
        for name, info in model.model_fields.items():
            assert f"| `{name}` |" in kept
            assert info.description, f"{model.__name__}.{name}"
    (tmp_path / "README.md").write_text("# Nothing\n")
    done = run("guide", str(tmp_path / "README.md"))
    assert done.exit_code == 1
    (tmp_path / "README.md").write_text(kept.replace("| field |", "| name |"))
    assert run("guide", str(tmp_path / "README.md")).exit_code == 0
    assert (tmp_path / "README.md").read_text() == kept


def test_the_record_to_copy_in_the_readme_is_sound(api: Api) -> None:
    """It is a real record, here with a note that shows how one is written."""
    readme = (PROJECT / "seed" / "README.md").read_text("utf-8")
    (example,) = yaml.safe_load(readme.split("```yaml\n")[1].split("```")[0])
    (found,) = api.get("/v1/lookup", params={"id": example["id"]}).json()["items"]
    (resource,) = (resource for resource in RESOURCES if resource.kind == found["kind"])
    assert resource.seed.model_validate(example).notes
