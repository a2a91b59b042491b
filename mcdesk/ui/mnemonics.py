"""Letters by which entries of a menu are chosen with the keyboard."""


def with_mnemonic(text: str, taken: set[str]) -> str:
    """The text with & before a letter that no other entry of its menu has.

    The first letters of its words come first. Where none is free the text stays as it is.

    Args:
        taken: letters of the other entries, in capitals; this one's is added.
    """
    starts = [place for place, letter in enumerate(text) if letter.isalpha()]
    starts.sort(key=lambda place: place > 0 and text[place - 1].isalpha())
    for place in starts:
        letter = text[place].upper()
        if letter not in taken:
            taken.add(letter)
            return f"{text[:place]}&{text[place:]}"
    return text


def without_mnemonic(text: str) -> str:
    """What `with_mnemonic` was given."""
    return text.replace("&", "")
