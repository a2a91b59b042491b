"""REGEXTEST, REGEXEXTRACT and REGEXREPLACE against values from outside."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.formulas.cell_store import Obstacle, ObstacleReason
from mcdesk.formulas.functions.text.pcre_patterns import PatternInvalid, PatternUnknown, compiled_pattern
from tests.unit.formulas.functions.case_tables import CELLS, Case, matches, read_cases
from tests.unit.formulas.small_workbooks import evaluate

CASES = read_cases(r"""
=REGEXTEST("alfalfa","a") | TRUE | Excel documentation
=REGEXTEST("alfalfa","[a-z]") | TRUE | Excel documentation
=REGEXTEST("alfalfa","\d") | FALSE | Excel documentation
=REGEXTEST("(378) 555-4195","^\([0-9]{3}\) [0-9]{3}-[0-9]{4}$") | TRUE | Excel documentation
=REGEXTEST("+1(878) 555-8622","^\([0-9]{3}\) [0-9]{3}-[0-9]{4}$") | FALSE | Excel documentation
=REGEXTEST("ABC","abc") | FALSE | Excel
=REGEXTEST("ABC","abc",1) | TRUE | Excel
=REGEXTEST("ABC","abc",) | FALSE | an empty argument is the default
=REGEXTEST("ABC","abc",2) | #VALUE! | no such case
=REGEXTEST("a","(") | #VALUE! | Excel
=REGEXTEST("","a*") | TRUE | an empty match
=REGEXTEST(12.5,"^12\.5$") | TRUE | a number as text
=REGEXTEST(B4,"^$") | TRUE | a blank cell
=REGEXTEST(H1,"a") | #DIV/0! | error
=SUMPRODUCT(--REGEXTEST(B1:B3,"^a","1")) | 2 | a range
=REGEXEXTRACT("DylanWilliams","[A-Z][a-z]+") | "Dylan" | Excel documentation
=INDEX(REGEXEXTRACT("DylanWilliams","[A-Z][a-z]+",1),1,2) | "Williams" | Excel documentation
=COLUMNS(REGEXEXTRACT("a1b22c","\d+",1)) | 2 | all matches in a row
=INDEX(REGEXEXTRACT("ab12","([a-z]+)(\d+)(x)?",2),1,2) | "12" | groups
=INDEX(REGEXEXTRACT("ab12","([a-z]+)(\d+)(x)?",2),1,3) | "" | a group without a part
=REGEXEXTRACT("ab12","\d+",2) | "12" | no groups
=REGEXEXTRACT("abc","\d") | #N/A | Excel
=REGEXEXTRACT("abc","\d",1) | #N/A | Excel
=REGEXEXTRACT("abc","b",3) | #VALUE! | no such mode
=REGEXEXTRACT("ABC","b",0,1) | "B" | any case
=REGEXREPLACE("SoniaBrown","([A-Z][a-z]+)([A-Z][a-z]+)","$2, $1") | "Brown, Sonia" | Excel documentation
=REGEXREPLACE("(378) 555-4195","[0-9]+-","***-") | "(378) ***-4195" | Excel documentation
=REGEXREPLACE("a1b2c3","\d","#") | "a#b#c#" | Excel
=REGEXREPLACE("a1b2c3","\d","#",2) | "a1b#c3" | Excel
=REGEXREPLACE("a1b2c3","\d","#",-1) | "a1b2c#" | Excel
=REGEXREPLACE("a1b2c3","\d","#",4) | "a1b2c3" | no such match
=REGEXREPLACE("a1b2c3","\d","#",-4) | "a1b2c3" | no such match
=REGEXREPLACE("aaa","a*","-") | "--" | Excel
=REGEXREPLACE("baac","a*","-") | "-b--c-" | PCRE2
=REGEXREPLACE("ab","(?<x>a)(b)?","[${x}${2}$0$$]") | "[abab$]" | PCRE2
=REGEXREPLACE("a","(a)|(b)","<$2>") | "<>" | a group without a part
=REGEXREPLACE("a","a","$1") | #VALUE! | PCRE2, no such group
=REGEXREPLACE("a","a","$") | #VALUE! | PCRE2, a lone $
=REGEXREPLACE("aA","a","x",,1) | "xx" | any case
=REGEXREPLACE(REPT("a",20000),"a","bb") | #VALUE! | longer than a cell
""")
# Pattern, text, what it finds; after the manual pages pcre2pattern and pcre2syntax.
PCRE = [
    (r"\Qa.b\E+", "a.bb", "a.bb"),
    (r"\Qa.b", "xa.b", "a.b"),
    (r"\x41\x{e9}\101\o{102}\e\cA", "AéAB\x1b\x01", "AéAB\x1b\x01"),
    (r"(?<y>\d)-\k<y>\k'y'\k{y}\g{y}", "1-1111", "1-1111"),
    (r"(a)\g1\g{1}", "aaa", "aaa"),
    (r"(?'q'a)\g<q>(?&q)(?P>q)", "aaaa", "aaaa"),
    (r"(?1)(a)\g<1>", "aaa", "aaa"),
    (r"\((?:[^()]|(?R))*\)", "x(a(b)c)", "(a(b)c)"),
    (r"(?|(a)|(b))\1", "xbb", "bb"),
    (r"(?<a>x)?(?(<a>)y|z)", "xy", "xy"),
    (r"(x)?(?(1)y|z)", "z", "z"),
    (r"(?(?=a)ab|cd)", "cd", "cd"),
    (r"(?(DEFINE)(?<d>\d))(?&d)b", "1b", "1b"),
    (r"(?>a+)b", "aab", "aab"),
    (r"a++b", "aab", "aab"),
    (r"a{,2}b", "aab", "aab"),
    (r"a{x}", "a{x}", "a{x}"),
    (r"a{e<=1}", "a{e<=1}", "a{e<=1}"),
    (r"(?i)a(?-i)b", "xAb", "Ab"),
    (r"a(?i)b|c", "C", "C"),
    (r"(?i:a)b", "Ab", "Ab"),
    (r"(?x) a b", "ab", "ab"),
    (r"(?s).", "\n", "\n"),
    (r"\R\N\h\H\v\V", "\r\nx\t-\n-", "\r\nx\t-\n-"),
    (r"foo\Kbar", "foobar", "bar"),
    (r"b\Z", "ab\n", "b"),
    (r"(?#note)a(*UTF)", "a", "a"),
    (r"a(*FAIL)|b", "ab", "b"),
    (r"[]a]+", "]a", "]a"),
    (r"[^]a]", "]b", "b"),
    (r"[[:alpha:][:digit:]]+", "-a1é", "a1"),
    (r"[[:^digit:]]+", "1ab", "ab"),
    (r"[\d\-x]+", "1-x", "1-x"),
    (r"[a-\d]+", "-1a", "-1a"),
    (r"[+--]+", "+,-", "+,-"),
    (r"[a&&b~~c||[]+", "a&b~c|[", "a&b~c|["),
    (r"[\Q]-\E]+", "]-", "]-"),
    (r"[\b\n\x41]+", "\x08\nA", "\x08\nA"),
    (r"[^\W\d]+", "1ab", "ab"),
    (r"\w+\b", "añ", "a"),
    (r"\p{Lu}\pL[\p{Nd}]", "Éé3", "Éé3"),
    (r"\$\.", "$.", "$."),
]  # fmt: skip
# What PCRE2 has and these do not find.
FOUND_NOTHING = [
    (r"b\z", "ab\n"),
    (r"\d", "٣"),
    (r"\w", "é"),
    (r"(?i)ß", "SS"),
    (r".", "\n"),
    (r"(?>a|ab)c", "abc"),
]
INVALID = [
    r"(",
    r")",
    r"[a",
    r"a**b(",
    r"[b-a]",
    r"\i",
    r"[\i]",
    r"(?<1>a)",
    r"(?y)",
    r"\1",
    r"*a",
    r"a\\"[:2],
]
UNKNOWN = [r"a(*ACCEPT)", r"(?C1)a", r"(?-1)(a)", r"(?U)a+", r"\C", r"(a)\g{-1}", r"(?(R)a|b)"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.formula)
def test_that_a_function_of_patterns_gives_the_known_value(case: Case) -> None:
    found = evaluate(case.formula, CELLS)

    assert matches(case, found), f"{found!r} instead of {case.expected!r} ({case.source})"


@pytest.mark.parametrize(("pattern", "text", "wanted"), PCRE)
def test_that_a_pattern_finds_what_it_does_in_pcre(pattern: str, text: str, wanted: str) -> None:
    found = compiled_pattern(pattern, False).search(text)

    assert found is not None
    assert found[0] == wanted


@pytest.mark.parametrize(("pattern", "text"), FOUND_NOTHING)
def test_that_a_pattern_finds_no_more_than_in_pcre(pattern: str, text: str) -> None:
    assert compiled_pattern(pattern, False).search(text) is None


@pytest.mark.parametrize("pattern", INVALID)
def test_that_what_is_no_pattern_is_told(pattern: str) -> None:
    with pytest.raises(PatternInvalid):
        compiled_pattern(pattern, False)


@pytest.mark.parametrize("pattern", UNKNOWN)
def test_that_what_is_not_known_of_pcre_is_told(pattern: str) -> None:
    with pytest.raises(PatternUnknown):
        compiled_pattern(pattern, False)


def test_that_a_pattern_that_is_not_known_stops_the_cell() -> None:
    found = evaluate('=REGEXTEST("a","a(*ACCEPT)")')

    assert found == Obstacle(ObstacleReason.UNSUPPORTED, "REGEXTEST")


def test_that_an_endless_pattern_is_too_much() -> None:
    found = evaluate('=REGEXTEST(REPT("a",5000)&"b","^(a|aa)+$")')

    assert isinstance(found, Obstacle)
    assert found.reason is ObstacleReason.TOO_MUCH


def test_that_groups_within_groups_without_end_are_no_pattern() -> None:
    with pytest.raises(PatternInvalid):
        compiled_pattern("(" * 5000 + "a" + ")" * 5000, False)


@given(st.text(alphabet=r"\[](){}?*+|^$.<>:=!&'PQEkgxopdwb-0123aiR#,", max_size=12))
def test_that_any_text_is_a_pattern_or_is_told_to_be_none(pattern: str) -> None:
    with suppress(PatternInvalid, PatternUnknown):
        compiled_pattern(pattern, False).search("aab1-a", timeout=1.0)


@given(st.text(max_size=8))
def test_that_a_quoted_text_finds_itself(text: str) -> None:
    wanted = text.replace("\\E", "")

    found = compiled_pattern(rf"\Q{wanted}\E", False).search(wanted)

    assert found is not None
    assert found[0] == wanted
