"""The Spanish words: a list of their own, after the rules for English; members' words never."""

import re
from pathlib import Path

import pytest

from bot.text.words import forms, load_words, read_catalogue

FILE = Path(__file__).resolve().parents[2] / "bot" / "text" / "es.toml"
SENTENCES = [
    (key, sentence)
    for key, entry in read_catalogue(FILE.read_text(encoding="utf-8")).items()
    for sentence in forms(entry)
]

# What the words are about, and how they would be said; each with a sentence that it must catch.
RULES = [
    (r"\b(drogadict|toxic[oó]man|adict|yonqui|alcoh[oó]lic)[oa]?s?\b", "Eres alcohólica."),
    (r"\b(borrach|drogat)[oa]s?\b", "No hables con borrachos."),
    (r"\b(abuso|abusador|abusadora) de (las )?(sustancias|drogas|alcohol)\b", "abuso de drogas"),
    (r"\b(limpi|suci)[oa]s?\b", "Llevas tres días limpia."),
    (r"\b(reca[ií]d|reca[ae]|reca[ií]ste)", "Una recaída."),
    (r"\b(fracas|fallaste|fallast|rendirte)", "Fracasaste otra vez."),
    (r"\b(perdiste|rompiste)\b.*\b(d[ií]as|racha|progreso)\b", "Perdiste todos tus días."),
    (r"\bracha", "Piensa en tu racha."),
    (r"\b(comet\w+ suicidio|suicidio (logrado|exitoso|fallido|frustrado))\b", "cometió suicidio"),
    (r"\b(debes|deber[ií]as|tienes que)\b", "Debes llamar."),
    (r"\b(fuerza de voluntad|s[eé] fuerte|no te rindas)\b", "Sé fuerte."),
    (r"\b(an[oó]nim|confidencial|garanti|te prometemos)", "Es confidencial."),
    (r"\b(cura|curado|curada|loc[oa]s?|v[ií]ctima de)\b", "una víctima de"),
    (r"[!¡]", "¡Ánimo!"),
    (r"\b(usted|ustedes|vos|vosotros|os|vuestr[oa]s?|le rogamos)\b", "Llame usted."),
    (r"\b\w+[oa]s?/[oa]s?\b|@", "cansado/a"),
]


@pytest.mark.parametrize(("pattern", "caught"), RULES, ids=[caught for _, caught in RULES])
def test_no_spanish_sentence_breaks_a_rule(pattern: str, caught: str) -> None:
    assert re.search(pattern, caught, re.IGNORECASE)
    assert [key for key, text in SENTENCES if re.search(pattern, text, re.IGNORECASE)] == []


def test_questions_are_opened_and_closed() -> None:
    asked = [(key, text) for key, text in SENTENCES if "?" in text or "¿" in text]
    assert len(asked) >= 4
    assert [key for key, text in asked if text.count("?") != text.count("¿")] == []


def test_words_in_quotation_marks_are_those_on_the_buttons() -> None:
    said = dict(SENTENCES)
    quoted = re.findall("“([^”]+)”", said["crisis.offer"])
    assert quoted == [said["crisis.button.remember"], said["crisis.button.forget"]]


def test_numbers_are_those_of_the_english_words() -> None:
    english = load_words().catalogues["en"]
    for key, text in SENTENCES:
        [plain] = forms(english[key])
        assert re.findall(r"\d+", text) == re.findall(r"\d+", plain), key
