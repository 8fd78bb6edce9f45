"""Reading one file of the plan into models, every fault noted with its line, none stopping the others."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from include.campaign.plan.fields import Frozen
from include.campaign.plan.findings import Finding

Model = TypeVar("Model", bound=Frozen)
Where = tuple[int | str, ...]
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_text(folder: Path, name: str, found: list[Finding]) -> str | None:
    """The file's text in NFC, without a byte-order mark; None (and a finding) where there is none to read."""
    try:
        raw = (folder / name).read_bytes()
    except FileNotFoundError:
        found.append(Finding(name, 1, "the file is missing"))
        return None
    except OSError as error:
        found.append(Finding(name, 1, f"the file cannot be read: {error.strerror}"))
        return None
    try:
        return unicodedata.normalize("NFC", raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        found.append(Finding(name, line, "not UTF-8 text; save the file as CSV UTF-8"))
        return None


def read_csv(
    folder: Path, name: str, model: type[Frozen], found: list[Finding]
) -> list[tuple[int, dict[str, str]]] | None:
    """Rows of a CSV file as (line, column -> text), blank cells left out; a row that does not fit is a finding.

    None (and a finding) where there is no such file or its header is not the model's.

    Separators may be "," or ";" (what Excel writes where the comma is the decimal sign). Blank lines are skipped.
    """
    text = read_text(folder, name, found)
    if text is None:
        return None
    first = text.split("\n", 1)[0]
    delimiter = ";" if ";" in first and "," not in first else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        header = [cell.strip() for cell in next(reader, [])]
        if not _header_fits(name, header, model, found):
            return None
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if len(cells) == len(header):
                    named = {column: cell.strip() for column, cell in zip(header, cells, strict=True)}
                    rows.append((line, {column: cell for column, cell in named.items() if cell}))
                else:
                    found.append(Finding(name, line, f"{len(cells)} cells under {len(header)} columns"))
            line = reader.line_num + 1
    except csv.Error as error:
        found.append(Finding(name, reader.line_num, f"not readable as CSV: {error}"))
    return rows


def _header_fits(name: str, header: list[str], model: type[Frozen], found: list[Finding]) -> bool:
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    unknown = [column for column in header if column not in fields]
    repeated = sorted({column for column in header if header.count(column) > 1})
    missing = [column for column, field in fields.items() if field.is_required() and column not in header]
    for what, columns in (("unknown", unknown), ("repeated", repeated), ("missing", missing)):
        found.extend(Finding(name, 1, f"{what} column {column!r}") for column in columns)
    return not (unknown or repeated or missing)


def to_models(
    name: str, rows: Iterable[tuple[int, Mapping[str, str]]], model: type[Model], found: list[Finding]
) -> list[tuple[int, Model]]:
    """The rows that are valid, with their lines; each fault of the others is a finding."""
    good: list[tuple[int, Model]] = []
    for line, cells in rows:
        try:
            good.append((line, model.model_validate(cells)))
        except ValidationError as error:
            found.extend(Finding(name, line, reason) for _, reason in reasons(error))
    return good


def reasons(error: ValidationError) -> list[tuple[Where, str]]:
    """Each fault as (where in the data, reason in words with the text that was read)."""
    told = []
    for fault in error.errors(include_url=False):
        where = ".".join(str(step) for step in fault["loc"])
        message = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "missing":
            text = f"{where} is empty or missing"
        elif fault["type"] == "extra_forbidden":
            text = f"{where} is not known here"
        elif where and isinstance(fault["input"], str):
            text = f"{where} {fault['input']!r}: {message}"
        else:
            text = f"{where}: {message}" if where else message
        told.append((fault["loc"], text))
    return told


def read_yaml(folder: Path, name: str, found: list[Finding]) -> tuple[Any, dict[Where, int]]:
    """A YAML file as plain data, and where each item stands. Scalars stay text: `18:00` is no number, `09` no 9.

    Returns (data, {path: line}); data is None where the file cannot be read. A key given twice is a finding.
    """
    text = read_text(folder, name, found)
    if text is None:
        return None, {}
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        begun = getattr(error, "context_mark", None)
        reason = f"not readable as YAML: {getattr(error, 'problem', None) or error}"
        if mark and begun and begun.line != mark.line:
            reason += f" (in what begins on line {begun.line + 1})"
        found.append(Finding(name, mark.line + 1 if mark else 1, reason))
        return None, {}
    if node is None:
        found.append(Finding(name, 1, "the file is empty"))
        return None, {}
    lines: dict[Where, int] = {}
    return _plain(node, (), lines, name, found), lines


def _plain(node: Node, path: Where, lines: dict[Where, int], name: str, found: list[Finding]) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, MappingNode):
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in data:
                found.append(Finding(name, line, f"{key} is given twice"))
            lines[(*path, key)] = line
            data[key] = _plain(value_node, (*path, key), lines, name, found)
        return data
    if isinstance(node, SequenceNode):
        return [_plain(item, (*path, index), lines, name, found) for index, item in enumerate(node.value)]
    assert isinstance(node, ScalarNode)  # noqa: S101  # the fourth kind, aliases, is resolved by compose
    return None if node.tag == "tag:yaml.org,2002:null" else node.value


def line_of(path: Where, lines: Mapping[Where, int]) -> int:
    """The line of the item, or of the nearest item around it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)
