"""Age, sex and body site beside the image: read from people's words, and encoded for a network.

Each of the three may be not known. That is a state with an indicator of its own, so that nobody has to
guess a value and no row is dropped for lack of one.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from lesion.errors import InvalidOption

__all__ = ["AGES", "NOT_KNOWN", "SEXES", "SITES", "Clinical", "ClinicalSpec", "encode", "encode_for"]

AGES = (0.0, 120.0)
"""Ages in years that are taken for one."""

SEXES = ("female", "male")

SITES = (
    *("abdomen", "acral", "back", "chest", "ear", "face", "foot", "genital", "hand"),
    *("lower extremity", "neck", "scalp", "trunk", "upper extremity"),
)
"""HAM10000's words for ``localization``, in alphabetical order."""

NOT_KNOWN = frozenset({"", "unknown", "not known", "none", "nan", "n/a"})
"""Words that say that nothing is known."""

_SEX_WORDS = {**{sex: sex for sex in SEXES}, "f": "female", "m": "male", "woman": "female", "man": "male"}

_SITE_WORDS: dict[str, tuple[str, ...]] = {
    **{site: (site,) for site in SITES},
    # The ISIC Archive's anatom_site_general; where its word is the coarser one, all that it may mean.
    "anterior torso": ("abdomen", "chest"),
    "head/neck": ("ear", "face", "neck", "scalp"),
    "lateral torso": ("trunk",),
    "oral/genital": ("genital",),
    "palms/soles": ("acral",),
    "posterior torso": ("back",),
    # Everyday words.
    "arm": ("upper extremity",),
    "belly": ("abdomen",),
    "leg": ("lower extremity",),
    "torso": ("trunk",),
}


class Clinical(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is known of the person and the place; ``None`` is not known.

    ``age`` in years; ``sex`` one of :data:`SEXES`; ``localization`` one of :data:`SITES`, or one of the
    ISIC Archive's coarser words, such as ``head/neck``.
    """

    age: float | None = None
    sex: str | None = None
    localization: str | None = None

    @classmethod
    def of(cls, age: float | None = None, sex: str | None = None, site: str | None = None) -> Clinical:
        """Read what people write: any case, common synonyms, and ``unknown`` for what is not known.

        Raises:
            InvalidOption: the age is not within :data:`AGES`, or a word is not known here.
        """
        if age is not None and not AGES[0] <= age <= AGES[1]:
            low, high = AGES
            raise InvalidOption(
                f"The age {age:g} cannot be used: give {low:g} to {high:g} years, or leave it out."
            )
        return cls(age=age, sex=_sex(sex), localization=_site(site))

    @property
    def known(self) -> bool:
        """Whether anything is known at all."""
        return self != Clinical()


class ClinicalSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a network takes beside the image.

    ``age_low`` and ``age_high`` are the youngest and the oldest that it learned from: they scale the age, and
    an age beyond them counts as the nearer of the two.
    """

    age_low: float
    age_high: float
    sexes: tuple[str, ...]
    sites: tuple[str, ...]

    @property
    def size(self) -> int:
        """Length K of the vector of :func:`encode`."""
        return 2 + len(self.sexes) + 1 + len(self.sites) + 1


def encode(clinical: Clinical, spec: ClinicalSpec) -> NDArray[np.float32]:
    """Return float32 [K]: age in -1..1, age not known, each sex, sex not known, each site, site not known.

    A word of several sites is shared out among them evenly; of a value that is not known, only the indicator
    is 1.

    Raises:
        InvalidOption: the network does not know the sex or the site.
    """
    sites = _SITE_WORDS.get(clinical.localization or "", (clinical.localization,))
    return np.concatenate(
        [
            _encode_age(clinical.age, spec),
            _encode_word("sex", (clinical.sex,), spec.sexes),
            _encode_word("localization", sites, spec.sites),
        ],
        dtype=np.float32,
    )


def encode_for(
    clinical: Clinical | None, spec: ClinicalSpec | None, model: str
) -> NDArray[np.float32] | None:
    """Return the second input of a bundle for one image, [1, K]; ``None`` for one that takes the image alone.

    Raises:
        InvalidOption: something is given that the bundle ``model`` does not take: left aside in silence, it
            would be thought to have been used.
    """
    given = clinical or Clinical()
    if spec is not None:
        return encode(given, spec)[None]
    if given.known:
        names = " and ".join(name for name in given.__struct_fields__ if getattr(given, name) is not None)
        raise InvalidOption(f"The model {model} judges by the image alone: leave out {names}.")
    return None


def _sex(word: str | None) -> str | None:
    plain = _plain(word)
    if plain is None or plain in _SEX_WORDS:
        return plain and _SEX_WORDS[plain]
    raise InvalidOption(f"The sex {word!r:.80} is not known here: give {', '.join(SEXES)} or unknown.")


def _site(word: str | None) -> str | None:
    plain = _plain(word)
    if plain is None:
        return None
    if plain not in _SITE_WORDS:
        known = ", ".join(_SITE_WORDS)
        raise InvalidOption(f"The site {word!r:.80} is not known here: give one of {known}, or unknown.")
    meant = _SITE_WORDS[plain]
    return meant[0] if len(meant) == 1 else plain


def _plain(word: str | None) -> str | None:
    """Return a word as the tables above have it; ``None`` for those that say that nothing is known."""
    plain = " ".join((word or "").lower().replace("_", " ").split())
    return None if plain in NOT_KNOWN else plain


def _encode_age(age: float | None, spec: ClinicalSpec) -> list[float]:
    if age is None:
        return [0, 1]
    share = (min(max(age, spec.age_low), spec.age_high) - spec.age_low) / (spec.age_high - spec.age_low)
    return [2 * share - 1, 0]


def _encode_word(name: str, words: tuple[str | None, ...], known: tuple[str, ...]) -> list[float]:
    unknown = sorted({word for word in words if word is not None} - set(known))
    if unknown:
        raise InvalidOption(f"This model knows no {name} {unknown[0]}: give one of {', '.join(known)}.")
    return [(each in words) / len(words) for each in (*known, None)]
