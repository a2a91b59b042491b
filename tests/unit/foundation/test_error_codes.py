from mcdesk.foundation.error_codes import ErrorCode


def test_that_the_text_of_every_error_leads_back_to_it() -> None:
    for code in ErrorCode:
        if code is not ErrorCode.NONE:
            assert ErrorCode.from_text(code.text.lower()) is code


def test_that_other_text_is_no_error() -> None:
    assert ErrorCode.from_text("") is None
    assert ErrorCode.from_text("#NOPE!") is None


def test_that_the_numbers_are_those_of_excel() -> None:
    assert [ErrorCode.NULL, ErrorCode.DIV0, ErrorCode.NA, ErrorCode.CALC] == [1, 2, 7, 14]
