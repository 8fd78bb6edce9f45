"""What is wrong with a plan, or does not foot, with the file and the line where it stands."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing to look at: a file of the plan's folder, a line in it (1 = first), and the reason in words."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class PlanError(ValueError):
    """The plan cannot be used. `findings` holds every reason at once; the text lists one `file:line: reason` a line."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(set(findings)))
        super().__init__("\n".join(str(finding) for finding in self.findings))
