"""What a report is measured by: the names of the numbers that the weights speak of."""

from dedupe.slot_sums import Floats

STANDING = ("words_best", "chars_best", "words_centroid")
"""Likenesses in words for which it counts how the problem stands to the others."""
MEANING_STANDING = ("meaning_best", "meaning_three", "meaning_centroid")
SIZED = (*STANDING, "words_seen")

_LIKENESS = frozenset(
    {"words_best", "words_three", "words_centroid", "words_seen", "rarest_shared", "chars_best", "chars_three"}
    | {"spelling", "spelling_sorted"}
)
_EXACT = frozenset(
    {"code_agrees", "code_exact", "code_common", "code_conflicts", "code_unknown", "code_unsaid"}
    | {"name_agrees", "name_conflicts"}
)
_OF_THE_PROBLEM = frozenset(
    {"service_same", "service_other", "size", "single", "age", "quiet", "quiet_unusual"}
    | {"burst_2h", "burst_6h", "burst_day", "burst_week", "burst_share"}
)
_RELATIVE = frozenset(f"{kind}_{standing}" for kind in STANDING for standing in ("lead", "unusual"))
_PRODUCTS = frozenset(
    {f"{kind}_by_size" for kind in SIZED}
    | {"words_best_squared", "quiet_by_size", "burst_by_recurs", "quiet_by_recurs", "words_by_content"}
)
BY_WORDS = _LIKENESS | _EXACT | _OF_THE_PROBLEM | _RELATIVE | _PRODUCTS | {"rank"}
"""What is known of a report beside a problem without any embedding."""

_OF_MEANING = frozenset(
    {"meaning_best", "meaning_three", "meaning_centroid", "meaning_mean"}
    | {f"{kind}_lead" for kind in MEANING_STANDING}
    | {"typical_best", "typical_three", "typical_centroid", "typical_low", "typical_high"}
    | {"meaning_cohesion", "meaning_hub", "both_lead", "words_by_meaning", "meaning_centroid_squared"}
    | {f"typical_by_{what}" for what in ("burst", "quiet", "service", "size", "words", "recurs", "typed", "content")}
    | {"low_by_burst", "low_by_service", "level_by_burst", "level_by_service", "level_by_words"}
)
BY_MEANING = BY_WORDS | _OF_MEANING
"""What is known beside a problem whose reports have embeddings, as the report asked about has."""

NONE_BY_WORDS = frozenset(
    {"content", "typed", "vague", "recurs", "service_named", "reports", "problems", "singles", "recent"}
)
"""What speaks for a report being the first of its failure: of the report alone, and of the desk."""
NONE_BY_MEANING = NONE_BY_WORDS | {"level"}

Features = dict[str, float]
Columns = dict[str, Floats]
"""Features of several candidates, one number for each."""
