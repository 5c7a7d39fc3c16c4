"""Closed lists of words that several collections share."""

from app.model.vocabulary import Vocabulary


class Comparator(Vocabulary):
    """How to read a figure, by the qualifier that the source uses."""

    EXACTLY = "exactly", "the source prints the figure without a qualifier"
    ABOUT = "about", "the source says about, around or approximately"
    MORE_THAN = "more-than", "the source says more than or over"
    LESS_THAN = "less-than", "the source says less than or under"
    AT_MOST = "at-most", "the source states an upper limit"
    BETWEEN = "between", "the source states a range, from low to high"
    MOST = "most", "the source says most or the majority, without a number"


class ReceptorStatus(Vocabulary):
    """A receptor's status, always a word and never a sign."""

    POSITIVE = "positive", "the result for the receptor is positive"
    NEGATIVE = "negative", "the result for the receptor is negative; HER2-low is included"
    ANY = "any", "the statement takes positive and negative together"
    UNKNOWN = "unknown", "the registry did not record the status"
    NOT_STATED = "not-stated", "the source does not say"


class DataProvider(Vocabulary):
    """Whom the source names as the origin of a figure."""

    SEER = "seer", "Surveillance, Epidemiology, and End Results (SEER) Program of the NCI"
    NCI = "nci", "U.S. National Cancer Institute, no registry named"
    ACS = "acs", "American Cancer Society"
    CDC = "cdc", "U.S. Centers for Disease Control and Prevention"
    NCDB = "ncdb", "U.S. National Cancer Database", "NCDB"
    NOT_STATED = "not-stated", "the source names no origin"


class SurvivalStage(Vocabulary):
    """The stage that a figure is for, in the words of its source."""

    LOCALIZED = "localized", "no sign that the cancer has spread outside the breast"
    REGIONAL = "regional", "spread to nearby lymph nodes or tissue"
    DISTANT = "distant", "spread to distant parts of the body"
    UNSTAGED = "unstaged", "too little is known to give a stage"
    STAGE_IV = "stage-iv", "stage IV"
    METASTATIC = "metastatic", "called metastatic by the source, in no named system"
    ALL = "all", "all stages together"
    NOT_STATED = "not-stated", "the source does not say"


class Agency(Vocabulary):
    """Who approves medicines and their labels."""

    FDA = "FDA", "U.S. Food and Drug Administration"
    EMA = "EMA", "European Medicines Agency; the European Commission decides on its opinion"


class Setting(Vocabulary):
    """The setting in which a drug is used."""

    METASTATIC = "metastatic", "metastatic or inoperable disease"
    NEOADJUVANT = "neoadjuvant", "before surgery"
    ADJUVANT = "adjuvant", "after surgery"
    EXTENDED_ADJUVANT = "extended-adjuvant", "after adjuvant treatment"
