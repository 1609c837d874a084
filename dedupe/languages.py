"""Whether a text is in a language that the meaning model does not know well.

It was made from English: texts of another language seem alike to it for being in that language. So where only meaning
speaks for a problem, such a text must not join by itself.
"""

from collections.abc import Collection

_FUNCTION_WORDS = {
    "German": "der die das als laut und nicht wird werden ist kann nach für fuer mit auf beim keine kein einen eine "
    "nur sich dem den zum zur bei aus sind lässt laesst seit vom geht",
    "Spanish": "el la los las que por para con una del desde sin está esta puede puedo al después despues se es en "
    "muestra",
    "French": "le la les des une est pas sur avec dans du et ne au aux il elle depuis après apres peut sont plus pour",
    "Italian": "il lo la gli di che non una della del nel con si dopo alla può puo sono viene più",
    "Portuguese": "o os uma não nao com para ao na da das dos está esta pode em depois que se",
    "Dutch": "het een niet van bij op wordt worden geen naar na kan de en met voor zijn aan",
    "Polish": "nie się sie na jest po przy dla jak od nie ma przez są sa czy",
}
_FUNCTION = tuple(frozenset(words.split()) for words in _FUNCTION_WORDS.values())
_OF_ANY = frozenset().union(*_FUNCTION)
_ENOUGH_WORDS = 2
_ENOUGH_OF_ALL = 0.15
_HALF = 0.5


def is_foreign(words: Collection[str]) -> bool:
    """Whether the words, folded, are not of English: half of their letters are of another script, or several are such
    as only another language has in every sentence (one with an accent stands for one of them).
    """
    letters = "".join(words)
    has_marks = not letters.isascii()
    if has_marks:
        others = sum(not letter.isascii() and letter.isalpha() and not _is_latin(letter) for letter in letters)
        if others > _HALF * len(letters):
            return True
    needed = max(_ENOUGH_WORDS, _ENOUGH_OF_ALL * len(words))
    typical = _OF_ANY.intersection(words)
    if len(typical) + has_marks < needed:
        return False
    return any(len(typical & known) + has_marks >= needed for known in _FUNCTION)


def _is_latin(letter: str) -> bool:
    return letter < "\u0250" or "\u1e00" <= letter < "\u1f00"
