"""What docker-compose.yaml and Dockerfile say, read for tests; and the same on this machine, without an engine."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]

VARIABLE = re.compile(r"\$\{(?P<name>\w+):-(?P<default>[^}]*)\}")

Service = dict[str, Any]


def interpolated(value: Any, given: dict[str, str]) -> Any:
    """`${NAME:-default}`, the only form that the file may use, in every text below: as Compose does, after parsing."""
    if isinstance(value, dict):
        return {key: interpolated(part, given) for key, part in value.items()}
    if isinstance(value, list):
        return [interpolated(part, given) for part in value]
    if isinstance(value, str):
        return VARIABLE.sub(lambda match: given.get(match["name"]) or match["default"], value)
    return value


def compose(**given: str) -> dict[str, Any]:
    """The compose file with these variables set, anchors and merges resolved."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yaml").read_text(encoding="utf-8"))
    return interpolated(found, given)


def services(**given: str) -> dict[str, Service]:
    """Its services by name."""
    found: dict[str, Service] = compose(**given)["services"]
    return found


def secrets_of(service: Service) -> dict[str, str]:
    """The secrets of a service: name to path in the container."""
    found = {}
    for entry in service.get("secrets", []):
        source, target = (entry, entry) if isinstance(entry, str) else (entry["source"], entry["target"])
        found[source] = f"/run/secrets/{target}"
    return found


def instructions(name: str) -> list[list[str]]:
    """The Dockerfile's instructions of one kind, as words."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [shlex.split(line)[1:] for line in text.splitlines() if line.startswith(f"{name} ")]


def image_environment() -> dict[str, str]:
    """What the image's ENV lines set, `$PATH` left as it stands."""
    return dict(word.split("=", 1) for words in instructions("ENV") for word in words)


def in_context(path: Path) -> bool:
    """Whether .dockerignore lets a file of the project through: as in Docker, the last line that fits decides."""
    chosen = True
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            pattern = line.removeprefix("!")
            if any(_fits(candidate, pattern) for candidate in (path, *path.parents[:-1])):
                chosen = line.startswith("!")
    return chosen


def _fits(path: Path, pattern: str) -> bool:
    if pattern.startswith("**/"):
        return path.match(pattern.removeprefix("**/"))
    return len(path.parts) == len(Path(pattern).parts) and path.match(pattern)


def make_image(target: Path) -> None:
    """Copy what the Dockerfile's COPY lines put into /opt/campaign."""
    for source, name in instructions("COPY"):
        start = ROOT / source
        for file in [start] if start.is_file() else sorted(start.rglob("*")):
            if file.is_file() and in_context(file.relative_to(ROOT)):
                copy = target / name / (file.name if file == start else file.relative_to(start))
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(file, copy)
