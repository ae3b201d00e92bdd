"""Labels for people: what a column is called where its name is too terse to read."""

__all__ = ["label_of"]

_WORDS = {
    "acd": "average call duration",
    "aht": "average handle time",
    "ai": "AI",
    "asa": "average speed of answer",
    "avg": "average",
    "csat": "CSAT",
    "dids": "own numbers",
    "dtmf": "keypad",
    "id": "ID",
    "ivr": "IVR",
    "voip": "VoIP",
    "wrapup": "wrap-up",
}


def label_of(name: str) -> str:
    """The words of a column's name, written out, as the beginning of a sentence."""
    shares, percent = name.removesuffix("_percent"), " %" if name.endswith("_percent") else ""
    text = " ".join(_WORDS.get(word, word) for word in shares.split("_"))
    return f"{text[:1].upper()}{text[1:]}{percent}"
