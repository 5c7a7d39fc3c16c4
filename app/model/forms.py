"""Fold the forms of a word into one: British and American, plural and singular, its endings.

The full-text index has endings cut by SQLite's Porter stemmer. What that one leaves apart is folded
here, on both sides: in the words of a record and in those of a query.
"""

import re
from functools import lru_cache

import Stemmer

from app.model.words import name_words

# The algorithm of SQLite's tokenizer `porter`.
STEMMER = Stemmer.Stemmer("porter")
# British spellings, as regular expressions, and what American English has in their place.
BRITISH = [
    (re.compile(british), american)
    for british, american in (
        (r"^oe(?=strogen|stradiol|strone|dema|sophag)", "e"),
        (r"haem(?=[ao])", "hem"),
        (r"(?<=[a-z])aemi(?=[ac])", "emi"),
        (r"anaesth", "anesth"),
        (r"paed(?=iatr)", "ped"),
        (r"gynaec", "gynec"),
        (r"caesar", "cesar"),
        (r"^foet(?=us|al)", "fet"),
        (r"^faec(?=al|es)", "fec"),
        (r"^aetiolog", "etiolog"),
        (r"(rrh|pn)oe(?=[ai])", r"\1e"),
        (r"^(tum|col|fav|behavi|od|hum|lab|neighb|vap|flav|vig|harb|rum|endeav)our", r"\1or"),
        (r"^(cent|fib|lit|\w*met|theat|tit)re(?=s?$)", r"\1er"),
        (r"(?<=[a-z]{3})is(?=ations?$|e[ds]?$|ing$)", "iz"),
        (r"(?<=[a-z])lys(?=e$|ed$|ing$)", "lyz"),
        (r"^(label|cancel|travel|signal|model|counsel|channel|total)l(?=ed|ing|er)", r"\1"),
        (r"^enrol(?=s?$|ment)", "enroll"),
        (r"^(lic|def|off)ence", r"\1ense"),
        (r"^programme", "program"),
        (r"^ageing$", "aging"),
        (r"^grey", "gray"),
        (r"^sulph", "sulf"),
        (r"^practis", "practic"),
    )
]
# Words that end like a British verb in -ise and are spelled with s everywhere.
NOT_IZE = re.compile(
    r"(?:\w*pr|ad|re|de|super|impro|tele|circumc|compr|exc|inc|conc|prec|chast|advert|merchand|"
    r"franch|\w*prom|\w*w|\w{0,3}r|no|po|\w*ra|expert|exerc|dem|disgu|desp|prem|adv|rev|dev|superv|"
    r"improv|telev)is(?:e[ds]?|ing)"
)
# Forms that share no stem, by the word that stands for all of them.
FAMILIES = {
    "woman": "women",
    "man": "men",
    "child": "children",
    "foot": "feet",
    "tooth": "teeth",
    "metastases": "metastasis metastatic mets",
    "diagnose": "diagnosis diagnostic",
    "prognoses": "prognosis prognostic",
    "analyses": "analysis",
    "hypotheses": "hypothesis",
    "pregnant": "pregnancy",
    "recur": "recurrence recurrent",
    "treat": "treatment",
    "swell": "swollen",
    "inherit": "hereditary heredity",
    "die": "death died dying dead deadly",
    "grow": "growth grew grown",
    "lose": "loss lost",
    "year": "yr yrs",
}
STANDS_FOR = {
    STEMMER.stemWord(word): first for first, words in FAMILIES.items() for word in words.split()
}


def americanize(word: str) -> str:
    """A word in lower case in American spelling."""
    if NOT_IZE.fullmatch(word):
        return word
    for british, american in BRITISH:
        word = british.sub(american, word)
    return word


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word without its ending, as the full-text index has it."""
    return STEMMER.stemWord(word) or word  # of "s" nothing is left


@lru_cache(maxsize=20_000)
def fold_word(word: str) -> str:
    """The word that stands for all forms of this one where their stems differ, else itself."""
    american = americanize(word)
    return STANDS_FOR.get(stem(american), american)


def name_keys(text: str) -> tuple[str, str]:
    """A name without spaces and hyphens, and the same with every word folded and stemmed."""
    words = name_words(text)
    return "".join(words), "".join(stem(fold_word(word)) for word in words)


def initials(words: list[str]) -> str:
    """The first letters of words."""
    return "".join(word[0] for word in words)
