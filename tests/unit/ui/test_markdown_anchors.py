"""The names of headings, as GitHub makes them."""

from mcdesk.ui.markdown_anchors import anchors_of, unique_anchors


def test_that_a_heading_is_lowered_and_loses_its_signs() -> None:
    assert unique_anchors(["What it is: `run`, or not?", "A [link](b.md) in it"]) == (
        "what-it-is-run-or-not",
        "a-link-in-it",
    )


def test_that_the_second_heading_of_a_name_has_a_number() -> None:
    assert unique_anchors(["Model A", "Model A", "Model A"]) == ("model-a", "model-a-1", "model-a-2")


def test_that_a_comment_in_code_is_no_heading() -> None:
    assert anchors_of("# One\n```sh\n# not one\n```\n## Two\n") == ("one", "two")
