"""Each fault of a plan is told with its file, line and reason."""

from pathlib import Path

import pytest

from tests.campaign.plan.spoiling import faults, spoil

# One fault each: file, what is replaced, by what, and what the loader says of that line.
FAULTS = [
    ("break_kinds.csv", "cancelled,unit", "cancelled,nobody", "owner 'nobody': Input should be 'unit', "),
    ("outcomes.csv", "refused,other", "refused,others", "class 'others': Input should be 'remote', "),
    ("outcomes.csv", "duplicate,duplicate,desk,,", "duplicate,duplicate,put_back,3,", "class duplicate must be desk"),
    (
        "outcomes.csv",
        "throttled,remote,put_back,12",
        "throttled,remote,put_back,",
        "attempts is empty with action put_b",
    ),
    ("outcomes.csv", "refused,other,hold,,", "refused,other,hold,3,", "attempts must be empty with action hold"),
    ("outcomes.csv", "put_back,8,15,240", "put_back,8,15,", "waits are missing with class remote"),
    ("outcomes.csv", "worklist,8,,", "worklist,8,15,30", "waits must be empty with class correctable"),
    ("outcomes.csv", "put_back,8,15,240", "put_back,8,241,240", "first_wait_minutes is more than longest_wait_minutes"),
    ("outcomes.csv", "throttled,remote", "transient,remote", "outcome transient already stands on line 2"),
    ("error_codes.csv", "BAD_DATE,correctable", "BAD_DATE,corrected", "outcome 'corrected' is not in outcomes.csv"),
    ("error_codes.csv", "BAD_DATE,correctable", "BAD_DATE,unknown", "outcome 'unknown' is for codes that are not here"),
    ("break_kinds.csv", "scan_name,unit", "cancelled,unit", "break kind cancelled already stands on line 5"),
    ("rules.yaml", "close: {gap", "breaks: {age_bands_days: [3, 3]}\nclose: {gap", "days must rise from band to band"),
    ("rules.yaml", "close: {gap", 'scans: {entry_pattern: "{nr}.pdf"}\nclose: {gap', "it can have {register}, {year}"),
    ("rules.yaml", "close: {gap", 'scans: {book_pattern: "{number}"}\nclose: {gap', "{number} stands once in entry_p"),
    ("units.csv", "09102,2,", "09101,2,", "unit code 09101 already stands on line 4"),
    ("units.csv", "09102,2,commune", "09102,2,hamlet", "level 'hamlet': Input should be 'province', "),
    ("units.csv", "09102,2,commune", "x9102,2,commune", "code 'x9102': "),
    ("units.csv", "09102,2,commune", "09102,,commune", "name is empty or missing"),
    ("units.csv", "xã,092,true,false,2025-01-01,2025-06-30\n09203", "xã,099,true,false,,\n09203", "code 099 is not in"),
    (
        "units.csv",
        "xã,092,true,false,2025-01-01,2025-06-30\n09203",
        "xã,,true,false,,\n09203",
        "09202 has no parent_code",
    ),
    ("units.csv", "thị trấn,092", "thị trấn,09201", "unit 09201 is its own ancestor"),
    ("units.csv", "thị trấn,092", "thị trấn,09101", "commune 09201 lies in commune 09101"),
    ("units.csv", "tỉnh,,", "tỉnh,091,", "province 09 has a parent"),
    (
        "units.csv",
        "A Xa,commune,xã,093,true,true,2025-01-01,2025-06-30",
        "A Xa,commune,xã,093,perhaps,,,",
        "registry 'perhaps'",
    ),
    (
        "units.csv",
        "true,true,2025-01-01,2025-06-30\n09303",
        "true,true,2025-07-01,2025-06-30\n09303",
        "valid_to 2025-06-30 is before",
    ),
    (
        "units.csv",
        "true,true,2025-01-01,2025-06-30\n09303",
        "true,true,1/1/2025,2025-06-30\n09303",
        "valid_from '1/1/2025': not a date like",
    ),
    (
        "units.csv",
        "09102,2,commune,phường,091,true",
        "09102,2,commune,phường,091,true,true",
        "10 cells under 9 columns",
    ),
    ("units.csv", "code,name,level", "code,name,rank,level", "unknown column 'rank'"),
    ("units.csv", "code,name,level,kind", "code,name,level,level", "repeated column 'level'"),
    ("units.csv", "code,name,", "code,", "missing column 'name'"),
    (
        "quotas.csv",
        "09102,registry,,564",
        "09102,registry,,-564",
        "cases '-564': Input should be greater than or equal to 0",
    ),
    ("quotas.csv", "09102,registry,,564", "09102,registry,,5.640", "cases '5.640': not a whole number"),
    (
        "quotas.csv",
        "09102,registry,,564",
        "9102,registry,,564",
        "unit code 9102 is not in units.csv; 09102 is: did a spread",
    ),
    (
        "quotas.csv",
        "09102,registry,,564",
        "09101,registry,,564",
        "quota plan37, 09101, registry already stands on line 5",
    ),
    ("quotas.csv", "09102,registry,,564", "09102,area,,564", "unit 09102 is a commune: scope must be registry"),
    ("quotas.csv", "plan37,09,area,", "plan37,09,registry,", "unit 09 is no registry: scope must be area"),
    (
        "quotas.csv",
        "09102,registry,,564,decision",
        "09102,registry,,564,guess",
        "origin 'guess': Input should be 'commitment'",
    ),
    ("quotas.csv", "plan37,09102,", "plan38,09102,", "baseline 'plan38' is not in baselines.yaml"),
    ("quotas.csv", "plan37,092,registry,,", "plan37,092,registry,two,", "books 'two': not a whole number"),
    ("population.csv", "09303,2019,1100", "09303,2019,", "population is empty or missing"),
    ("predecessors.csv", "09104,Xã Bãi Mơ,09102,0.5", "09104,Xã Bãi Mơ,09109,0.5", "unit code 09109 is not in"),
    ("predecessors.csv", "09104,Xã Bãi Mơ,09102,0.5", "09104,Xã Bãi Mơ,09102,1.5", "share '1.5': Input should be less"),
    ("registers.csv", "KT,Khai tử", "KS,Khai tử", "register KS already stands on line 2"),
    ("commitments.csv", "092,2025-02-26,2025-03-15", "092,2025-02-26,2025-02-15", "promised_date 2025-02-15 is before"),
    ("milestones.csv", "2025-03-16T00:00,entered", "2025-03-16,entered", "instant '2025-03-16': not an instant like"),
    (
        "milestones.csv",
        "2025-03-16T00:00,entered",
        "2025-03-16T00:00,done",
        "stage 'done': Input should be 'collected'",
    ),
    ("forces.csv", "border_guards,2,09303", "soldiers,2,09303", "kind 'soldiers': Input should be 'judicial_officers'"),
    ("forces.csv", "border_guards,2,09303", "border_guards,2,09399", "unit code 09399 is not in units.csv"),
    ("neighbours.csv", "092,093", "092,099", "unit code 099 is not in units.csv"),
    ("neighbours.csv", "092,093", "092,09301", "unit 09301 does not lie just below the province"),
    ("neighbours.csv", "092,093", "092,092", "unit 092 is no neighbour of its own"),
    ("neighbours.csv", "092,093", "092,091", "neighbours 091, 092 already stands on line 2"),
    (
        "rules.yaml",
        "close: {gap",
        "cure: {wanted_chance: 1}\nclose: {gap",
        "cure.wanted_chance '1': Input should be less",
    ),
    (
        "rules.yaml",
        "close: {gap",
        "cure: {mobile_kinds: [army]}\nclose: {gap",
        "cure.mobile_kinds.0 'army': Input should",
    ),
    (
        "contacts.csv",
        "hotich.axa.nuixa@thidiem.example",
        "hotich axa@thidiem.example",
        "email 'hotich axa@thidiem.example'",
    ),
    ("contacts.csv", "hotich.axa.nuixa@thidiem.example", "hotich.axa.nuixa@thidiem", ": not an e-mail address"),
    ("contacts.csv", ",,2025-03-09,vi", ",2025-03-12,2025-03-09,vi", "to_date 2025-03-09 is before from_date"),
    ("contacts.csv", ",2025-03-14,,vi", ",2025-03-14,,fr", "language 'fr': Input should be 'vi' or 'en'"),
    ("baselines.yaml", "dated: 2025-02-26", "dated: 26 February", "dated '26 February': not a date like"),
    (
        "baselines.yaml",
        "counts: {phase: 2, opened",
        "counts: {phase: 3, opened",
        "counts.phase '3': Input should be less",
    ),
    ("baselines.yaml", "- id: counted", "- id: plan37", "baseline plan37 already stands on line 2"),
    ("baselines.yaml", "printed_books: 40", "printed_sheets: 40", "printed_sheets is not known here"),
    ("rules.yaml", 'province: "09"', 'province: "9"', "campaign.province: unit code 9 is not in units.csv"),
    ("rules.yaml", 'province: "09"', 'province: "091"', "campaign.province: unit 091 is a district"),
    ("rules.yaml", "baseline: plan37", "baseline: plan73", "baseline 'plan73' is not in baselines.yaml"),
    ("rules.yaml", "gap_registries: 2", "gap_registries: -2", "close.gap_registries '-2': Input should be greater"),
    ("rules.yaml", "gap_registries: 2", "gap_regs: 2", "close.gap_regs is not known here"),
    (
        "rules.yaml",
        "until: 2025-03-16T00:00",
        "until: 2025-02-16T00:00",
        "roadmap.entered: until 2025-02-16 00:00:00 is not",
    ),
]


@pytest.mark.parametrize(("name", "old", "new", "reason"), FAULTS)
def test_a_fault_is_told_with_file_line_and_reason(folder: Path, name: str, old: str, new: str, reason: str) -> None:
    line = spoil(folder, name, old, new)
    told = faults(folder)
    assert any(text.startswith(f"{name}:{line}: ") and reason in text for text in told), told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("unknown,unknown,hold", "unknown,other,hold", "one outcome of class unknown, not 0"),
        ("refused,other,hold", "refused,unknown,hold", "one outcome of class unknown, not 2"),
        ("ambiguous,remote,ask_ledger", "ambiguous,remote,put_back", "one outcome with action ask_ledger, not 0"),
    ],
)
def test_what_is_unknown_and_what_was_never_answered_have_one_outcome_each(
    folder: Path, old: str, new: str, told: str
) -> None:
    spoil(folder, "outcomes.csv", old, new)
    assert f"outcomes.csv:1: there must be {told}" in faults(folder)


def test_only_the_fault_itself_is_told_and_not_what_refers_to_it(folder: Path) -> None:
    spoil(folder, "units.csv", "09102,2,commune", "09102,2,hamlet")
    spoil(folder, "baselines.yaml", "dated: 2025-02-26", "dated: 26/02")
    assert [text.split(": ")[0] for text in faults(folder)] == ["baselines.yaml:5", "units.csv:5"]


def test_all_faults_of_all_files_are_told_at_once_in_order(folder: Path) -> None:
    spoil(folder, "quotas.csv", "09102,registry,,564", "09102,registry,,-1")
    spoil(folder, "contacts.csv", "hotich.axa.nuixa@thidiem.example", "nobody")
    spoil(folder, "rules.yaml", "gap_registries: 2", "gap_registries: some")
    spoil(folder, "contacts.csv", "09101,head,", "09101,boss,")
    told = faults(folder)
    assert [text.split(":")[0] for text in told] == ["contacts.csv", "contacts.csv", "quotas.csv", "rules.yaml"]


@pytest.mark.parametrize("name", ["units.csv", "quotas.csv", "contacts.csv", "baselines.yaml", "rules.yaml"])
def test_a_missing_file_is_the_only_fault(folder: Path, name: str) -> None:
    (folder / name).unlink()
    told = faults(folder)
    assert f"{name}:1: the file is missing" in told
    assert name in ("contacts.csv", "rules.yaml") or len(told) == 1


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert faults(tmp_path / "nowhere") == [f"{tmp_path / 'nowhere'}:1: the plan's folder is missing"]


def test_yaml_that_cannot_be_read_is_one_fault_with_its_place(folder: Path) -> None:
    line = spoil(folder, "baselines.yaml", "printed_books: 40", "printed_books: [40")
    (told,) = faults(folder)
    assert told.startswith("baselines.yaml:") and f"begins on line {line}" in told


def test_a_key_given_twice_is_a_fault(folder: Path) -> None:
    line = spoil(folder, "rules.yaml", "  tail_until: 2025-03-31", "  tail_until: 2025-03-31\n  tail_until: 2025-04-30")
    assert faults(folder) == [f"rules.yaml:{line + 1}: tail_until is given twice"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("last_day: 2025-03-20", "last_day: 2025-04-20", "not in order"),
        ("first_day: 2025-03-01", "first_day: 2025-02-19", "baselines_in_force: none on the first day, 2025-02-19"),
        ("first_day: 2025-03-01", "", "campaign.first_day is empty or missing"),
        ('province: "09"', 'province: "09"\n  cut_off: 6pm', "campaign.cut_off '6pm': not a time of day like 18:00"),
        ('province: "09"', 'province: "09"\n  cut_off: "19:00"', "deadlines: cut_off, close_by and report_by are not"),
        ('province: "09"', 'province: "09"\n  timezone: Asia/Hanoi', "campaign.timezone 'Asia/Hanoi': "),
        ("close: {", "laggard: {stages: [reviewed]}\nclose: {", "laggard.stages: reviewed has no roadmap"),
        ("close: {", "pull: {at_once: 0}\nclose: {", "pull.at_once '0': Input should be greater than or equal to 1"),
        ("close: {", "requeue: {chunk: 1.000}\nclose: {", "requeue.chunk '1.000': not a whole number"),
        ("close: {", "requeue: {probe: 50, wave_cap: 49}\nclose: {", "probe 50 is more than wave_cap 49"),
        ("close: {", "requeue: {breaker: {hours: 25}}\nclose: {", "breaker.hours 25 is more than lately_hours 24"),
        ("close: {", "requeue: {breaker: {share: 1.0}}\nclose: {", "requeue.breaker.share '1.0': Input should be less"),
        ("close: {", "watch: {hours: 8h}\nclose: {", "watch.hours '8h': "),
        ("{from: 2025-02-20, baseline: plan37}", "{from: 2025-02-20}", "baselines_in_force.0.baseline is empty or"),
    ],
)
def test_rules_that_do_not_fit_together_are_faults(folder: Path, old: str, new: str, reason: str) -> None:
    spoil(folder, "rules.yaml", old, new)
    told = faults(folder)
    assert any(text.startswith("rules.yaml:") and reason in text for text in told), told


def test_baselines_in_force_must_rise(folder: Path) -> None:
    spoil(folder, "rules.yaml", "baseline: plan37}", "baseline: plan37}\n  - {from: 2025-02-20, baseline: counted}")
    assert any("days must rise" in text for text in faults(folder))


def test_baselines_whose_weights_nobody_knows_are_a_fault(folder: Path) -> None:
    spoil(folder, "baselines.yaml", "district: stp-2025-03-01", "district: wishes")
    assert (
        "baselines.yaml:2: split of plan37: weights of districts 'wishes' are neither population" in faults(folder)[0]
    )


def test_a_registry_without_anybody_is_a_fault_at_the_registry(folder: Path) -> None:
    path = folder / "contacts.csv"
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(row for row in rows if not row.startswith("09302,head")), encoding="utf-8")
    reason = "registry 09302 (Xã A Xa, huyện Núi Xa) has no row for head in contacts.csv"
    assert faults(folder) == [f"units.csv:13: {reason}"]


@pytest.mark.parametrize(
    ("start", "told"),
    [("09,desk,", "desk"), ("09,data_team,", "data_team"), ("09,", "head or deputy")],
)
def test_the_department_has_somebody_every_day(folder: Path, start: str, told: str) -> None:
    path = folder / "contacts.csv"
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(row.replace(",,,vi", ",2025-03-04,,vi") if row.startswith(start) else row for row in rows))
    assert f"units.csv:2: province 09 has nobody as {told} from 2025-03-01 to 2025-03-03 in contacts.csv" in faults(
        folder
    )


def test_two_holders_of_a_post_at_once_are_a_fault(folder: Path) -> None:
    spoil(folder, "contacts.csv", ",,2025-03-09,vi", ",,2025-03-14,vi")
    assert faults(folder) == ["contacts.csv:20: two holders of head of unit 092 at once: see line 19"]


def test_a_second_province_is_a_fault(folder: Path) -> None:
    with (folder / "units.csv").open("a", encoding="utf-8") as file:
        file.write("10,Khác,province,tỉnh,,false,false,,\n")
    assert faults(folder) == ["units.csv:15: unit 10 is a second province: a plan is of one"]


def test_a_plan_that_has_nothing_to_read_is_a_fault(folder: Path) -> None:
    path = folder / "units.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2025-06-30", "2025-02-28"), encoding="utf-8")
    assert faults(folder) == ["units.csv:1: no unit is a registry on a day of the campaign: there is nothing to read"]


@pytest.mark.parametrize("encoding", ["cp1258", "utf-16"])
def test_text_that_is_not_utf8_is_told_with_its_line(folder: Path, encoding: str) -> None:
    path = folder / "milestones.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding, errors="replace"))
    (told,) = faults(folder)
    line = {"cp1258": 2, "utf-16": 1}[encoding]
    assert told == f"milestones.csv:{line}: not UTF-8 text; save the file as CSV UTF-8"


def test_lines_are_counted_through_blank_lines_and_quoted_line_breaks(folder: Path) -> None:
    path = folder / "commitments.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    broken = '091,2025-02-26,2025-03-15,1692,"hai\ndòng"'
    path.write_text("\n".join([header, "", broken, ",,,,", rows[1].replace("923", "-923")]), encoding="utf-8")
    assert faults(folder)[0].startswith("commitments.csv:6: promised_cases '-923'")
