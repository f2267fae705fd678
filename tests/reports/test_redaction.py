"""Identifiers are found by their shape, however they are typed; ordinary words stay."""

import re
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.reports.contacts import AREAS, O_WORDS, ROTA
from bot.reports.edges import UNITS, WORDS
from bot.reports.identifiers import LABELS
from bot.reports.redaction import identifiers, redact
from bot.text import plain
from tests.reports.generated import Report

# Seeds below 1,000 were looked at while the patterns were written; those above 100,000 never were.
SEEN, UNSEEN = range(500), range(200_000, 200_500)


def counted(seeds: Iterable[int]) -> tuple[Counter[str], Counter[str], list[str]]:
    """Over the reports of the seeds: how many of each sort and kind, how many went wrong, which.

    An identifier is gone when no letter or digit of it is left; anything else is touched when one
    letter or digit of it is gone.
    """
    total: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    examples = []
    for seed in seeds:
        report = Report.of(seed)
        gone = {place for span in identifiers(report.text) for place in range(span.start, span.end)}
        for sort, parts in (
            ("identifier", report.identifiers),
            ("ordinary", report.ordinary),
            ("word", report.words),
        ):
            for part in parts:
                places = {p for p in range(part.start, part.end) if report.text[p].isalnum()}
                total.update([sort, f"{sort}: {part.kind}"])
                if places - gone if sort == "identifier" else places & gone:
                    wrong.update([sort, f"{sort}: {part.kind}"])
                    around = report.text[max(0, part.start - 15) : part.end + 15]
                    examples.append(f"{sort} {part.kind} of {seed}: {around!r}")
    return total, wrong, examples


@pytest.mark.parametrize("seeds", [SEEN, UNSEEN], ids=["seen", "unseen"])
def test_of_500_reports_99_per_cent_of_identifiers_go_and_99_per_cent_of_the_rest_stays(
    seeds: range,
) -> None:
    total, wrong, examples = counted(seeds)
    by_kind = "\n".join(f"{kind}: {wrong[kind]} of {total[kind]}" for kind in sorted(total))
    shown = "\n".join([by_kind, *examples[:40]])
    assert total["identifier"] > 1_000, shown
    assert total["ordinary"] > 3_000, shown
    assert wrong["identifier"] <= total["identifier"] * 0.01, shown
    for kind in total:
        if kind.startswith("identifier: "):
            assert wrong[kind] <= total[kind] * 0.03, f"{kind}\n{shown}"
    assert wrong["ordinary"] <= total["ordinary"] * 0.01, shown
    assert wrong["word"] <= total["word"] * 0.01, shown


def test_the_generator_makes_every_kind_and_many_shapes() -> None:
    reports = [Report.of(seed) for seed in SEEN]
    kinds = Counter(part.kind for report in reports for part in report.identifiers)
    assert kinds.keys() == set(LABELS.values()) - {"long number"}
    assert min(kinds.values()) > 100
    shapes = {
        re.sub(
            r"[a-z]+",
            "a",
            re.sub(r"[A-Z]+", "A", re.sub(r"\d", "9", report.text[part.start : part.end])),
        )
        for report in reports
        for part in report.identifiers
    }
    assert len(shapes) > 300


def test_what_was_written_for_the_knowledge_base_keeps_its_numbers() -> None:
    """Prose of the field with dates, sums and numbered papers, not made for this."""
    removed = []
    words = 0
    for file in sorted((Path(__file__).parents[2] / "bot/knowledge/content").glob("*.toml")):
        for text in strings(tomllib.loads(file.read_text(encoding="utf-8"))):
            read = plain(text)
            if not read.startswith("http"):
                words += len(read.split())
                removed += [read[span.start : span.end] for span in identifiers(read)]
    real = [found for found in removed if "@" in found or found == "SW1A 0AA"]
    assert words > 20_000
    assert len(removed) - len(real) <= 3, removed


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


ORDINARY = """
On 16 May 2019 David Gauke said that all of it would come back by spring 2021. I have 62 cases,
up from 38 in 2013-14, and did 11.5 hours on 03/04/2026, then 10 on the 4th. We were told at
9.30am in Room B2 that 3 of 12 posts go; that is 25 % or £450m over seven years, £1,250,000 a
year here. The NAO said £467m, HC 1986, EDM 436, C(2014)12, and 35,495 people signed. Since I
came in 2009 I have had 4 managers; a 2014 review (page 112, table 3b) counted 21 CRCs and 35
trusts. Band 4 starts at 30,208 and a 250000 cut was in the plan for 2013/14 a month later. Ring
999, or 116 123, or extension 4471. Delius was down from 08:15 to 17:40 on 2026-02-11; ticket
88213. At 10 5th Street they put 3 of us in room 12 2nd floor. 80% of those 10 CRCs failed;
1980s desks, 24/7 cover, 50/50 split, Q4 2025, phase 2, 7.5 tonnes, 100k, 2.1m, 16-18 year olds,
section 178, Article 9(2)(d), v2.7.1, A4 paper, M25, 1,234 of 5,678, N27-2016, 12 x 14, 4 to 1,
the 1907 Act, 84.4% on 46% turnout, £9.42 an hour.
"""


def test_ordinary_numbers_dates_and_words_stay() -> None:
    before, after = ORDINARY.split(), redact(ORDINARY).text.split()
    touched = [word for word in before if word not in after]
    assert len(touched) <= len(before) // 100, touched


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("crn:x123456", "crn:[CRN removed]"),
        ("crnx123456", "crn[CRN removed]"),
        ("CRN is x12345 (one short)", "CRN is [CRN removed] (one short)"),
        ("crn a 123456", "crn [CRN removed]"),
        ("X123\n456.", "[CRN removed]."),
        ("a1234bc's cell", "[prison number removed]'s cell"),
        ("12/123456x, 20120000123 a", "[PNC number removed], [PNC number removed]"),
        ("SF39/12345H", "[CRO number removed]"),
        ("ab 12-34 56 c", "[NI number removed]"),
        ("943 476 5918", "[NHS number removed]"),
        ("(020) 7946\n0000", "[phone removed]"),
        ("jo dot bloggs at justice dot gov dot uk", "[email removed]"),
        ("me @ home. Then", "me @ home. Then"),
        ("sw1a1aa", "[postcode removed]"),
        ("A\u200b123456 B", "[CRN removed] B"),
        ("01 02 2026 14:00", "01 02 2026 14:00"),
        ("Х438219 or x４３８２１９", "[CRN removed] or [CRN removed]"),
        ("x43821O, A44I7CQ", "[CRN removed], [prison number removed]"),
        ("x12\u200d3456", "[CRN removed]"),
        ("crns x438219, 448201 and k552817", "crns [CRN removed], [CRN removed] and [CRN removed]"),
        ("clientx123456and", "client[CRN removed]and"),
        ("nhs no 943 476 591", "nhs no [NHS number removed]"),
        ("nhs: 9434 765 919", "nhs: [NHS number removed]"),
        ("O7911 123456", "[phone removed]"),
        ("oh seven nine one one one two three four five six", "[phone removed]"),
        ("tel 496 0123", "tel [phone removed]"),
        ("incident 1002345678901", "incident [long number removed]"),
        ("LS1 5TH on the 5th floor", "[postcode removed] on the 5th floor"),
        ("jo.bloggs at justice.gov.uk", "[email removed]"),
        ("crn@crn@crn", "[email removed]"),
        ("look at gov.uk", "look at gov.uk"),
        ("PI 05/2014, FY2024, SI 2015/40", "PI 05/2014, FY2024, SI 2015/40"),
        # Apart in odd places, and one to a line.
        ("a 1234 bc, A12 34BC, A1 234 BC", ", ".join(["[prison number removed]"] * 3)),
        ("(X)123456, X=123456", "([CRN removed], [CRN removed]"),
        ("X1\n2\n3\n4\n5\n6", "[CRN removed]"),
        ("X①②③④⑤⑥", "[CRN removed]"),
        ("x1 2 3 4 5 6, X-1-2-3-4-5-6, K 4 3 8 2 1 9", ", ".join(["[CRN removed]"] * 3)),
        ("X12345 6, x12345-6 or X 12345 6", "[CRN removed], [CRN removed] or [CRN removed]"),
        ("X123 45 6, x1 23456", "[CRN removed], [CRN removed]"),
        ("A 1 2 3 4 B C, a1 2 3 4 bc", "[prison number removed], [prison number removed]"),
        ("9 4 3 4 7 6 5 9 1 9", "[NHS number removed]"),
        (
            "A 1 2 3 4 5 6, team B 1 2 3 4 5 6, a 1 2 3 4 of us, v1.2.3.4.5.6, 3 4 5 2 1 5 4 3 2 1",
            "A 1 2 3 4 5 6, team B 1 2 3 4 5 6, a 1 2 3 4 of us, v1.2.3.4.5.6, 3 4 5 2 1 5 4 3 2 1",
        ),
        (
            "band B1 30208 a year, the A1 23456 cars, Q3 2025 4 posts, P45 2025 1, R12 100 2",
            "band B1 30208 a year, the A1 23456 cars, Q3 2025 4 posts, P45 2025 1, R12 100 2",
        ),
        ("x12345 6 times, X12345. 6 of us", "[CRN removed] 6 times, [CRN removed]. 6 of us"),
        ("ls1 4 ap, S W 1 A 1 A A", "[postcode removed], [postcode removed]"),
        (
            "L S1 4AP, SW1 A1AA or SW1A 1A A",
            "[postcode removed], [postcode removed] or [postcode removed]",
        ),
        ("SW1A OAA, n1 8gb, A0 0gb", ", ".join(["[postcode removed]"] * 3)),
        ("in B1 out of M1 our, b1 5th, i5 8gb", "in B1 out of M1 our, b1 5th, i5 8gb"),
        ("at B1 obs, M5 J4 at 10, so 4 2 of us", "at B1 obs, M5 J4 at 10, so 4 2 of us"),
        (
            "a 2014 mp, a 1200 bc, a 1234 of, M25 10 am, B1 200 km, room A1 234 by me",
            "a 2014 mp, a 1200 bc, a 1234 of, M25 10 am, B1 200 km, room A1 234 by me",
        ),
        (
            "m1 4 am, B1 5 th, band e1 4 hr, (b)100000 of them, M25 IPP, list:\n1\n2\n3\n4\n5\n6",
            "m1 4 am, B1 5 th, band e1 4 hr, (b)100000 of them, M25 IPP, list:\n1\n2\n3\n4\n5\n6",
        ),
        # The field's own words, rotas, scores and what is graded or numbered by a letter.
        *(
            (said, said)
            for said in (
                "On the W1 OTs rota, B1 OPD, the PO 3 OPD cases, PO 2 OSP, W2 OAP and OAPs, n1 ora",
                "The rota says M 9 5 AL, T 9 5 AL, W 9 5 SL, E 9 5 TU",
                "F 9 1 WL, S 9 12 BH, m 9 5 sl, Hr 1 2 tu",
                "OASys section C 3 2 4 1 2 2 was wrong; Section S47 12-13",
                "Grade B 1 2 3 4 5 7, Band D 27654 3 increments behind",
                "He scored Q 1 0 2 1 0 2, I rated it N 5 4 5 3 2 1",
                "Cost code L 45210 3, cost centre: K 45210 3, room L12 10-11",
                "Scores: 9 4 3 4 7 6 5 9 1 9, votes 9 4 3 4 7 6 5 9 1 9",
                "They answered 3 4 3 4 2 3 1 2 4 2",
            )
        ),
        (
            "B1 0PD, M9 5AL, m 9 5al, W9 5SL, E9 5 TU, hr1 2tu, M 9 5 A L",
            ", ".join(["[postcode removed]"] * 7),
        ),
        (
            "D 27654 3, C 3 2 4 1 2 2, band D276543, section c 324122, code: L 45210 3",
            "{0}, {0}, band {0}, section {0}, code: {0}".format("[CRN removed]"),
        ),
        (
            "I rated her X 1 3 2 4 5 6, a grade: X132456",
            "I rated her [CRN removed], a grade: [CRN removed]",
        ),
        ("His is 9 4 3 4 7 6 5 9 1 9", "His is [NHS number removed]"),
        # Numbers that are printed for everybody stay, however they are typed.
        ("0800 1111, 0800555111, 0808 2000 247", "0800 1111, 0800555111, 0808 2000 247"),
        ("call 116 123, 999 or 0300 123 1100", "call 116 123, 999 or 0300 123 1100"),
        # A desk's number of the same range is somebody's.
        ("0300 047 1234", "[phone removed]"),
        # The time "0800" before a number keeps nothing of the number.
        ("at 0800 943 476 5919", "at 0800 [NHS number removed]"),
        ("at 0800 07700 900123", "at 0800 [phone removed]"),
    ],
)
def test_the_ways_people_type(typed: str, read: str) -> None:
    assert redact(typed).text == read


def test_counts_by_kind() -> None:
    assert redact("x123456, X654321 and jo@example.org").removed == {"email": 1, "CRN": 2}


PIECES = st.lists(
    st.sampled_from("aAbxXoO019 /-.@\n'([]+:,£é１\u200d")
    | st.sampled_from(["crn", "CRN ", "12", "1234", "123456", "07700", "x123456", "SF", "AB", "uk"])
    | st.sampled_from(["943 476 5919", "9434765919", "0800 ", "116 123", "1/2/2026", " and "])
    | st.sampled_from(["[CRN removed]", "[phone removed", " at ", " dot "]),
    max_size=25,
).map("".join)


@settings(max_examples=300)
@given(PIECES | st.text(max_size=200))
def test_doing_it_again_changes_nothing(text: str) -> None:
    once = redact(text).text
    again = redact(once)
    assert again.text == once
    assert not again.removed


@settings(max_examples=300)
@given(PIECES | st.text(max_size=200))
def test_nothing_is_touched_but_what_is_marked(text: str) -> None:
    assume("\u200d" not in text)  # joiners that join nothing go as well
    read, done, kept = plain(text), 0, []
    for span in identifiers(read):
        assert done <= span.start < span.end <= len(read)
        assert any(sign.isalnum() for sign in read[span.start : span.end])
        kept += [read[done : span.start], f"[{LABELS[span.kind]} removed]"]
        done = span.end
    redacted = redact(text)
    assert redacted.text == "".join(kept) + read[done:]
    assert sum(redacted.removed.values()) == len(kept) // 2


@settings(max_examples=300)
@given(
    st.from_regex(r"[A-Za-z][0-9]{6}", fullmatch=True)
    | st.from_regex(r"[A-Za-z][0-9]{4}[A-Za-z]{2}", fullmatch=True)
    | st.from_regex(r"[A-Za-z]{2}[0-9]{4}", fullmatch=True)
    | st.from_regex(r"[0-9]{4}/[0-9]{7}[A-Za-z]", fullmatch=True)
    | st.from_regex(r"[0-9]{1,6}/[0-9]{2}[A-Za-z]", fullmatch=True)
    | st.from_regex(r"[A-Za-z]{2}[0-9]{6}[A-Za-z]", fullmatch=True)
    | st.from_regex(r"[1-9][0-9]{9}", fullmatch=True)
    | st.from_regex(r"0[1-79][0-9]{9}", fullmatch=True)
    | st.from_regex(r"[A-Za-z]{1,2}[0-9][0-9]? [0-9][ABDEFGabdefg]{2}", fullmatch=True)
    | st.emails(),
    st.sampled_from([("", ""), ("about ", " again"), ("(", ")"), ("\n", ","), ("“", "”")]),
)
def test_an_identifier_in_its_plain_shape_never_stays(found: str, around: tuple[str, str]) -> None:
    # Numbered papers (HC1986) and plurals (50/50s) read the same, and stay.
    assume(
        not re.fullmatch(
            r"(?i)(?:hc|hl|c[mp]|p[if]|[as]i|eu|[fy]e|fy)\d{4}|\d{1,2}/\d\ds|\d{4}/\d\ds", found
        )
    )
    assume(not re.fullmatch(r"(?i)[a-z]{2}(?:19|20)\d\d", found))
    # A size in gigabytes behind what is no postcode's beginning: "i5 8gb".
    size = re.fullmatch(r"([A-Za-z]{1,2})\d\d? [1-9]gb", found)
    assume(not size or size[1].upper() in AREAS)
    text = redact(found.join(around)).text
    assert found not in text
    assert " removed]" in text


@settings(max_examples=300)
@given(
    st.sampled_from("XxKkHhTt"),
    st.text("123456789", min_size=6, max_size=6),
    st.sampled_from([(1, 1, 1, 1, 1, 1), (5, 1), (1, 5), (2, 3, 1), (3, 2, 1), (1, 4, 1)]),
    st.sampled_from([" ", "-", "_"]),
    st.sampled_from([("", ""), ("about ", ", again"), ("(", ")"), ("\n", ".")]),
)
def test_a_case_number_with_spaces_in_odd_places_never_stays(
    letter: str, digits: str, lengths: tuple[int, ...], gap: str, around: tuple[str, str]
) -> None:
    signs = iter(digits)
    groups = ["".join(next(signs) for _ in range(length)) for length in lengths]
    assume(not any(re.fullmatch(r"(?:19|20)\d\d", group) for group in groups))  # "P45 2025 1"
    assert redact(f"{letter}{gap.join(groups)}".join(around)).text == "[CRN removed]".join(around)


@st.composite
def slipped_postcodes(draw: st.DrawFn) -> str:
    """A postcode with a letter O for a digit 0 or the other way round, or with odd spaces."""
    area: str = draw(st.sampled_from(sorted(AREAS)))
    district = str(draw(st.integers(1, 29)))
    letters: str = draw(st.text("ABDEFGHJLNPQRSTUWXYZ", min_size=2, max_size=2))
    assume(letters.lower() not in WORDS | UNITS)
    way = draw(st.sampled_from(["O for 0", "0 for O", "spaced", "zero and a unit"]))
    if way == "O for 0":
        assume(f"o{letters.lower()}" not in O_WORDS)
        found = f"{area}{district} O{letters}"
    elif way == "0 for O":
        area = draw(st.sampled_from(sorted(each for each in AREAS if "O" in each)))
        found = f"{area.replace('O', '0')}{district} {draw(st.integers(1, 9))}{letters}"
    elif way == "spaced":
        signs: list[str] = [*area, *district, str(draw(st.integers(1, 9))), *letters]
        spaces: tuple[str, ...] = draw(st.tuples(*[st.sampled_from(["", " "])] * (len(signs) - 1)))
        return signs[0] + "".join(f"{a}{b}" for a, b in zip(spaces, signs[1:], strict=True))
    else:
        unit = draw(st.sampled_from(["gb", "pa", "bn", "th"]))
        return f"{draw(st.sampled_from('ABEGLMNSW'))}{district} 0{unit}"
    return found if draw(st.booleans()) else found.lower()


@settings(max_examples=400, deadline=None)
@given(slipped_postcodes(), st.sampled_from([("", ""), ("at ", ", first floor"), ("(", ")")]))
def test_a_postcode_with_slips_of_the_finger_never_stays(
    found: str, around: tuple[str, str]
) -> None:
    assume(not ROTA.fullmatch(found))  # "M 9 5 AL" is a line of a rota
    # Some look like another kind of identifier as well.
    left = re.sub(r"\[[a-zA-Z ]+ removed\]", "[]", redact(found.join(around)).text)
    assert left == "[]".join(around)


HOSTILE = ["a ", "1", "1 ", "1-", " -", "x1", "0.", "a.", "a@", "12/", "\n", "(0", "x123456"]
HOSTILE += ["one ", "A 1234 BC", "9434765919.", "07700900123/", "crn 1 ", "at a dot ", "x１"]


def seconds(text: str) -> float:
    """The better of two, since others use this machine too."""
    taken = []
    for _ in range(2):
        begun = time.process_time()
        redact(text)
        taken.append(time.process_time() - begun)
    return min(taken)


@pytest.mark.parametrize("filler", HOSTILE)
def test_time_is_in_proportion_to_the_text_whatever_it_is(filler: str) -> None:
    short, long = seconds((filler * 3_000)[:3_000]), seconds((filler * 9_000)[:9_000])
    assert short < 0.25
    assert long < 6 * max(short, 0.005)  # three times the text; its square would be nine times


def test_a_report_of_the_usual_length_takes_no_time_that_anybody_notices() -> None:
    text = " ".join(Report.of(seed).text for seed in range(20))[:3_000]
    assert seconds(text) < 0.05
