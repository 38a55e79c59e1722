"""The demonstration keeps its data to whoever made it."""

from pathlib import Path

from ecrf.cli.demo import keep_to_owner
from ecrf.config import keep_demo_secret


def modes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in (folder, *folder.iterdir())}


def test_the_database_is_its_owners_alone_from_the_first_byte(tmp_path: Path) -> None:
    keep_demo_secret(tmp_path)
    folder = tmp_path / "instance" / "demo"
    keep_to_owner(folder, folder / "ecrf.db")
    assert modes(folder) == {"demo": 0o700, "secret": 0o600, "ecrf.db": 0o600}


def test_what_an_earlier_demonstration_left_open_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir(mode=0o755)
    for name in ("ecrf.db", "ecrf.db-wal", "ecrf.db-shm"):
        (folder / name).touch(mode=0o644)
    (folder / "ecrf.db").write_text("kept")
    keep_to_owner(folder, folder / "ecrf.db")
    assert modes(folder) == {"demo": 0o700, "ecrf.db": 0o600, "ecrf.db-wal": 0o600, "ecrf.db-shm": 0o600}
    assert (folder / "ecrf.db").read_text() == "kept"


def test_a_database_elsewhere_leaves_its_folder_as_it_is(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "demo", tmp_path / "elsewhere"
    for each in (folder, elsewhere):
        each.mkdir(mode=0o755)
    keep_to_owner(folder, elsewhere / "trial.db")
    keep_to_owner(folder, tmp_path / "nowhere" / "trial.db")
    keep_to_owner(folder, None)
    assert modes(elsewhere) == {"elsewhere": 0o755, "trial.db": 0o600}
    assert not (tmp_path / "nowhere").exists()
