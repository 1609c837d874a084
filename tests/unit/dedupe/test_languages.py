"""Reports in German, Spanish and Japanese, with the package's model and without one."""

from collections.abc import Mapping

import pytest

from dedupe.engine import MatchingEngine
from dedupe.languages import is_foreign
from dedupe.meaning import MeaningModel, load_model
from dedupe.stems import stem
from dedupe.tokens import split_words
from dedupe.values import ProblemId, ReportId, ReportText, Verdict
from tests.unit.dedupe.desk import EVERYDAY, new_engine, said

KNOWN = {
    "German": (
        "Kartenzahlung wird an der Kasse abgelehnt",
        "die App zeigt nach der Anmeldung nur einen weißen Bildschirm",
        "die Rechnung kann nicht als PDF geladen werden",
        "der Gutscheincode wird im Warenkorb nicht angenommen",
        "die Sendungsverfolgung zeigt seit gestern nichts mehr an",
        "der Kunde kann das Passwort nicht zurücksetzen",
        "die Filialsuche findet keine Filiale in der Nähe",
    ),
    "Spanish": (
        "la tarjeta es rechazada al pagar en la caja",
        "la aplicación muestra la pantalla en blanco después de iniciar sesión",
        "la factura no se puede descargar en PDF",
        "el cupón no se puede usar en la cesta",
        "el seguimiento del envío no muestra nada desde ayer",
        "el cliente no puede restablecer la contraseña",
        "el buscador de tiendas no encuentra ninguna tienda cerca",
    ),
    "Japanese": (
        "レジでカード決済が拒否される",
        "アプリがログイン後に真っ白になる",
        "請求書のPDFがダウンロードできない",
        "クーポンがカートで使えない",
        "荷物の追跡が昨日から表示されない",
        "お客様がパスワードをリセットできない",
        "店舗検索で近くの店が見つからない",
    ),
}
"""Seven failures of each; what is asked about below is the same failure as the one of its place."""
AGAIN = {
    "German": {
        0: "Kartenzahlungen werden an der Kasse abgelehnt",
        1: "weißer Bildschirm in der App nach Anmeldung",
        2: "PDF der Rechnung kann nicht geladen werden",
        3: "Gutscheincodes werden im Warenkorb nicht angenommen",
        5: "Passwort zuruecksetzen geht bei der Kundin nicht",
    },
    "Spanish": {
        0: "rechazan la tarjeta al pagar en caja",
        1: "pantalla en blanco en la aplicacion tras iniciar sesion",
        2: "no se pueden descargar facturas en pdf",
        3: "no deja usar el cupon en la cesta",
        5: "la clienta no puede restablecer su contrasena",
    },
    "Japanese": {
        0: "カード決済がレジで拒否されました",
        1: "ログインするとアプリの画面が真っ白",
        2: "ＰＤＦの請求書がダウンロードできません",
        3: "カートでクーポンが使えません",
        5: "パスワードのリセットができないお客様",
    },
}
CASES = [(language, place, text) for language, texts in AGAIN.items() for place, text in texts.items()]


@pytest.fixture(scope="module")
def model() -> MeaningModel:
    return load_model()


@pytest.fixture(params=["words", "meaning"])
def reader(request: pytest.FixtureRequest, model: MeaningModel) -> MeaningModel | None:
    return model if request.param == "meaning" else None


def text_of(words: str, reader: MeaningModel | None, *, minutes: float) -> ReportText:
    meaning = None if reader is None else reader.read(words)
    return ReportText(text=words, service=None, reported_at=said(words, minutes=minutes).reported_at, meaning=meaning)


def engine_with(texts: Mapping[int, str], reader: MeaningModel | None) -> MatchingEngine:
    """The everyday desk, and each of these a problem of its own, an hour after the other."""
    engine = new_engine()
    for number, (problem, text) in EVERYDAY.items():
        engine.place(ReportId(number), text_of(text, reader, minutes=number), ProblemId(problem))
    for number, text in texts.items():
        engine.place(ReportId(number), text_of(text, reader, minutes=60 * number), ProblemId(number))
    return engine


@pytest.mark.parametrize(("language", "place", "text"), CASES)
def test_a_failure_told_again_finds_its_problem(
    language: str, place: int, text: str, reader: MeaningModel | None
) -> None:
    engine = engine_with(dict(enumerate(KNOWN[language], start=1)), reader)
    judgement = engine.judge(text_of(text, reader, minutes=500))
    assert judgement.candidates[0].problem == place + 1
    assert judgement.verdict is not Verdict.NEW


@pytest.mark.parametrize("language", KNOWN)
def test_failures_never_join_another_for_being_told_in_the_same_language(
    language: str, reader: MeaningModel | None
) -> None:
    texts = dict(enumerate(KNOWN[language], start=1))
    joined = []
    for number, text in texts.items():
        engine = engine_with({other: known for other, known in texts.items() if other < number}, reader)
        joined.append(engine.judge(text_of(text, reader, minutes=60 * number)).verdict is Verdict.SAME)
    assert not any(joined)


def test_why_it_did_not_join_is_told(model: MeaningModel) -> None:
    engine = engine_with({1: KNOWN["German"][0]}, model)
    judgement = engine.judge(text_of(KNOWN["German"][1], model, minutes=120))
    assert judgement.verdict is Verdict.ASK
    assert any("language other than English" in reason.words for reason in judgement.reasons)


@pytest.mark.parametrize("language", KNOWN)
def test_a_code_joins_in_any_language(language: str, reader: MeaningModel | None) -> None:
    texts = KNOWN[language]
    engine = engine_with({1: f"{texts[0]} ERR-4012"}, reader)
    assert engine.judge(text_of(f"{texts[0]}, ERR-4012", reader, minutes=90)).verdict is Verdict.SAME
    assert engine.judge(text_of(f"{texts[0]}, ERR-4021", reader, minutes=90)).verdict is not Verdict.SAME


@pytest.mark.parametrize(
    ("hurried", "proper"), [("codigo", "código"), ("ungueltig", "ungültig"), ("contrasena", "contraseña")]
)
def test_accents_that_are_left_out_make_no_other_word(hurried: str, proper: str) -> None:
    assert stem(hurried) == stem(proper)


@pytest.mark.parametrize("word", ["が", "は", "й", "한"])
def test_marks_that_make_another_letter_stay(word: str) -> None:
    assert stem(word) == word


@pytest.mark.parametrize("text", [text for texts in KNOWN.values() for text in texts[:3]])
def test_another_language_is_told_from_english(text: str) -> None:
    assert is_foreign(split_words(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ERR-4012",
        "card reader dead in lane 4",
        "how do i report my card as lost, and what else do i have to do as soon as possible",
        "naïve café résumé page is blank",
        "customers die laughing at the des moines store page, en route banner",
    ],
)
def test_english_is_not_taken_for_another_language(text: str) -> None:
    assert not is_foreign(split_words(text))
