"""From what people type to the words that are compared.

Case, accents, apostrophes, American spelling and endings are taken off; words that carry no
meaning in a question are dropped; groups of words that mean the same get a common token.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

TYPED_LIMIT = 300  # characters of a question that are looked at; a longer one says no more
TOKEN_LIMIT = 40

_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
# A prefix and its word are one ("re-nationalised", "e-petition"); other compounds are two words.
_PREFIX = re.compile(
    r"\b(anti|co|de|dis|e|ex|inter|mid|multi|n|non|post|pre|re|self|semi|sub|un|under)-(?=[a-z])"
)
_MILLIONS = re.compile(r"(?<=\d)\s*(?:million|mn|m)\b")
_THOUSAND = re.compile(r"(?<=\d)\s*(?:k|grand|thousand)\b")
_BILLIONS = re.compile(r"(?<=\d)\s*(?:billion|bn|b)\b")
_PERCENT = re.compile(r"\s*%|\bper cent\b")
# Turns of phrase whose words would otherwise be taken at their word.
_IDIOM = re.compile(
    r"\b(?:in the end|at the end of the day|(?:take|takes|took|taken) place|on earth|at the time"
    r"|work(?:ed)? out|end(?:ed|s)? up|at all|of course|by the way|as well|have to|had to|has to"
    r"|in (?:a nutshell|short|brief|a few words|(?:one|a) (?:line|sentence|word)"
    r"|(?:plain|simple|normal|everyday|proper) (?:english|language|terms|words)"
    r"|laymans? terms|(?:this|the|gods|heavens) name|(?:the )?blazes)"
    r"|for (?:dummies|beginners|idiots|newbies|goodness sake|gods sake|crying out loud|real|good)"
    r"|to (?:a|an|the|us) (?:newbies?|beginners?|idiots?|newcomers?|five year old|layman)"
    r"|(?:true|fact|truth) or (?:false|fiction|lie|myth|not)|when (?:its|theyre) at home"
    r"|is it (?:right|true|correct|a fact)(?: to say)?(?: that)?|is there any truth in"
    r"|the (?:hell|heck|devil|dickens|fuck|deuce)|the hell on earth|off the top of (?:my|your) head"
    r"|(?:long story|to be) (?:short|honest|fair|frank|clear)|so to speak|as it were"
    r"|(?:at|in) the first place|(?:once and )?for all|believe it or not|last but not least"
    r"|(?:bring|fill) me (?:up to speed|in)|refresh my memory|jog my memory|run me through"
    r"|got a clue|have a clue|any clue|no clue|any ideas?|no idea|settle an argument)\b"
)
_TOKEN = re.compile(r"\d+\.\d+|[a-z0-9]+")
_POSSESSIVE = re.compile(r"['’`´]s?\b|['’`´]")

# American and British, and common slips, to one spelling.
_SPELLING = {
    "labor": "labour", "color": "colour", "favor": "favour", "behavior": "behaviour",
    "program": "programme", "programs": "programme", "programmes": "programme",
    "center": "centre", "offense": "offence", "offenses": "offence", "defense": "defence",
    "license": "licence", "judgement": "judgment", "enroll": "enrol", "percent": "percent",
    "dept": "department", "govt": "government", "gov": "government", "min": "ministry",
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "twelve": "12", "sec": "secretary", "gen": "general",
    "reps": "representative", "rep": "representative",
    # As people type on a telephone.
    "wen": "when", "wens": "when", "wer": "were", "wud": "would", "cud": "could", "shud": "should",
    "u": "you", "ur": "your", "r": "are", "n": "and", "ppl": "people", "bk": "back", "abt": "about",
    "bout": "about", "wiv": "with", "rly": "really", "thx": "thanks", "ty": "thanks",
    "1st": "first", "2nd": "second", "3rd": "third", "b4": "before", "dat": "that", "dis": "this",
    "hw": "how", "y": "why", "hv": "have", "bcos": "because", "tht": "that",
    "wht": "what", "wats": "what", "teh": "the", "hte": "the", "adn": "and", "nad": "and",
    "ownd": "owned", "hwo": "how", "owh": "how", "wh": "who", "whoo": "who",
    "wat": "what", "wots": "what", "wot": "what", "whats": "what", "pple": "people",
    "campain": "campaign", "goverment": "government", "cttee": "committee", "yr": "year",
    "yrs": "years", "mths": "months", "gonna": "going", "hav": "have", "dnt": "dont", "wnt": "want",
    "tellme": "tell", "plz": "please", "tmrw": "tomorrow", "msg": "message", "gd": "good",
}  # fmt: skip

_TYPED = re.compile(r"\b(?:wen|hw|y|wht|wats?|wots?)\b")  # that say what kind of answer is wanted

# Words of a question that say nothing about its subject.
STOP = frozenset(
    """
    a able about account across actual actually add after again ago aint all almost along already
    also although am among an and another any anybody anyone anything apart appear are arent around
    as ask at away back basically be became because been before began behind being below beside
    besides better between beyond big bit both briefly btw but by call called can cannot cant care
    case certain chance change cheers choose clear clearly come comes cos could couldnt couldve
    course coz cuz date day definitely detail did didn didnt different do does doesn doesnt doing
    don done dont down dunno during each earth easy effectively either else especially essentially
    eventually ever everybody everyone everything exactly example expect explain fact fancy far
    feel few final finally find finding first for found from full further fyi general generally get
    getting give giving go goes going gonna good got gotta great guess guy had hadnt happen
    happened happening happy has hasnt have havent having he hear heard hello help her here heres
    hes hey hi him his hiya hold honestly hope how however i idea idk if im important in info
    information initially innit instead interested into involved is isn issue issued it its
    itself ive just keep kept kind kindly knew know known largely later least less let lets like
    likely list
    literally little ll long look looking lot love m main mainly make making many mate matter may
    maybe me mean means mention might mind moment month more most mostly much must mustnt my name
    nearly need never nice no not now number obviously of off oh ok okay on once one only or
    original originally other others otherwise our out over own particular particularly perhaps
    piece place please pls plus plz point possible precise precisely prefer presumably probably
    proper properly put question quick quickly quite rather re read reading really reason recall
    recent recently regarding relate remain remember remind right roughly s said same saw say says
    see seeing seem seriously shall she shes short should shouldnt shouldve show side simply since
    situation so some somebody somehow someone something somewhere soon sort specific specifically
    stand stands still story stuff subject such suppose supposed supposedly sure surely t ta take
    taken talk talking tbh tell telling term than thank thanks that thats the their them then there
    theres these they theyd theyll theyre theyve thing things think this tho those though thru time
    to together told too topic total true truly try trying type typical under understand understood
    unless until up ur urself us use used usually various ve version very via view wait wanna want
    wanted was wasn wasnt wat way we well were werent what whatever whats when whenever where
    whereas whether which while who whod whole whom whos whose whove why will wish with without
    wonder wondering wont word worth wos wot wots would wouldnt wouldve wrong yeah year yes yet you
    youd youll your youre yous youve

    absolutely apparently allegedly anyhow anyway altogether completely entirely frankly hugely
    massively simply totally utterly merely apparent genuinely roughly evidently supposedly
    blimey bloke bloody bloomin blooming bleeding bastard bastards bugger buggers buggered clown
    clowns cretin cretins crikey damn damned damnedest daft dozy effing fecking feckless ffs
    flaming flippin flipping freaking frigging fuck fucking fuckers gawd git gits goddamn goodness
    gormless heck hell idiot idiots idiotic imbecile imbeciles jesus lol ludicrous mad moron morons
    muppet muppets numpty numpties omg pillock pillocks plonker plonkers prat prats ruddy shit
    shitty shite silly sod sodding sods stupid thick tosser tossers twat twats twerp twit twits
    wally wallies wanker wankers wazzock weasel weasels wretched wtf
    clueless curious definition definitions define dummies erm err err fella fellas folks gents guys
    hmm ignorant keen lads lark layman lingo malarkey newbie newbies newcomer noob nutshell palaver
    peeps pals pray refresh shebang um umm
    """.split()  # noqa: SIM905 - a list of a hundred quoted words is unreadable
)

# Words that judge more than they tell: hardly missed where an entry does not have them.
LIGHT = frozenset(
    """
    awful awfully botch botched cockup circus crappy debacle dire dreadful disaster disastrous
    dodgy farce farcical fiasco horrendous horrible horrific hopeless insane lousy lunacy mess
    messy nightmare nonsense omnishambles pathetic ridiculous rotten rubbish saga shambles
    shambolic shameful shocking terrible terribly tragic appalling cunning crazy grim old new
    lovely dear famous infamous notorious precious wonderful brilliant great correct accurate
    false untrue myth describe described description gist purpose context remark remarks reader
    readers footnote newbie beginner summary ballpark roughly
    """.split()  # noqa: SIM905 - as above
)

# What kind of answer is wanted; compared between question and entry, with a small weight.
_INTENTS = {
    "iqwhen": "when|(?:what|which) (?:year|date|day|month|time)s?|dates?|how long ago|what point",
    "iqwho": "who|whos|whose|whom"
    "|which (?:minister|person|mp|unions?|compan[a-z]+|firms?|inspector)",
    "iqnumber": "how (?:many|much|big|long|old)|number of|figure|percentage|turnout|total"
    "|what (?:share|proportion|percent[a-z]*)",
    "iqwhy": "why|how come|reason|what for",
    "iqhow": "how (?:do|can|could|would|should) (?:i|we|you|a|members?)|how to",
    "iqterm": "what (?:is|was|are|were|does|s)|whats|meaning|define|definition|stands? for|mean"
    "|meant|purpose of|gist of|describe|explain",
}
INTENTS = frozenset(_INTENTS)
_INTENT_PATTERNS = {name: re.compile(rf"\b(?:{pattern})\b") for name, pattern in _INTENTS.items()}


@dataclass(frozen=True, slots=True)
class Words:
    """How texts become tokens, given the groups of words that mean the same.

    Attributes:
        phrases: for the stemmed words of a phrase, the common tokens of its groups.
        parts: every stemmed word of every phrase.
        spellings: the words of the groups as they are spelt, for mending slips of the keyboard.
        longest: by first word, how many words the longest phrase with it has.
        small: small words ("quite") that have the stem of a group's word ("quit") and are not it.
    """

    phrases: dict[tuple[str, ...], tuple[str, ...]]
    parts: frozenset[str]
    spellings: frozenset[str]
    longest: dict[str, int]
    small: frozenset[str]

    @classmethod
    def build(cls, groups: Iterable[Sequence[str]]) -> "Words":
        """Give each group a token of its own."""
        groups = list(groups)
        phrases: dict[tuple[str, ...], tuple[str, ...]] = {}
        for number, group in enumerate(groups):
            for phrase in group:
                key = tuple(stem(token) for token in raw_tokens(phrase))
                # A small word inside a phrase is kept ("set up"), one alone would match anything.
                if key and f"qq{number}" not in phrases.get(key, ()):
                    phrases[key] = (*phrases.get(key, ()), f"qq{number}")
        parts = frozenset(word for key in phrases for word in key)
        spelt = {word for group in groups for phrase in group for word in raw_tokens(phrase)}
        longest: dict[str, int] = {}
        for key in phrases:
            longest[key[0]] = max(longest.get(key[0], 0), len(key))
        alone = {word for group in groups for word in group if word.isalpha()}
        small = frozenset(word for word in STOP - alone if (stem(word),) in phrases)
        return cls(phrases, parts, frozenset(spelt), longest, small)

    def units(self, text: str) -> list["Unit"]:
        """The meaning-bearing parts of a text in order: single words, or phrases of a group."""
        return self.grouped(raw_tokens(text))

    def grouped(self, tokens: Sequence[str]) -> list["Unit"]:
        """As ``units``, of words that are taken apart already."""
        stems = [stem(token) for token in tokens]
        stops = [is_stop(token) for token in tokens]
        units: list[Unit] = []
        at = 0
        while at < len(stems):
            least = 2 if tokens[at] in self.small else 1
            longest = min(self.longest.get(stems[at], 0), len(stems) - at)
            for length in range(longest, least - 1, -1):
                words = tuple(stems[at : at + length])
                if concepts := self.phrases.get(words):
                    units.append(Unit(words, concepts))
                    at += length
                    break
            else:
                if not stops[at]:
                    units.append(Unit((stems[at],), ()))
                at += 1
        return units

    def indexed(self, text: str) -> list[str]:
        """The tokens under which a text is found: its words, and those of every phrase in it."""
        found: dict[str, None] = {}
        tokens = raw_tokens(text, limit=None)
        stems = [stem(token) for token in tokens]
        for at, token in enumerate(tokens):
            if not is_stop(token):
                found[stems[at]] = None
            least = 2 if token in self.small else 1
            for length in range(least, min(self.longest.get(stems[at], 0), len(stems) - at) + 1):
                for concept in self.phrases.get(tuple(stems[at : at + length]), ()):
                    found[concept] = None
        return list(found)


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing asked for: its stemmed words, and the tokens of the groups they belong to."""

    words: tuple[str, ...]
    concepts: tuple[str, ...]


def intents(text: str) -> frozenset[str]:
    """What kind of answer a question wants: a date, a person, a number ..."""
    folded = _TYPED.sub(lambda match: _SPELLING[match[0]], _fold(text[:TYPED_LIMIT]))
    return frozenset(name for name, found in _INTENT_PATTERNS.items() if found.search(folded))


def raw_tokens(text: str, limit: int | None = TOKEN_LIMIT) -> list[str]:
    """The words of a text, small ones included, in one spelling."""
    folded = _fold(text if limit is None else text[:TYPED_LIMIT])
    tokens = [_SPELLING.get(token, token) for token in _TOKEN.findall(folded)]
    return [token.replace(".", "p") for token in tokens][:limit]


def _fold(text: str) -> str:
    folded = text.casefold()
    if not folded.isascii():
        decomposed = unicodedata.normalize("NFKD", folded).casefold()
        folded = "".join(c for c in decomposed if not unicodedata.combining(c))
    folded = _DOTTED.sub(lambda match: match[0].replace(".", ""), folded)
    folded = _POSSESSIVE.sub("", folded)
    folded = _THOUSANDS.sub("", folded)
    folded = _THOUSAND.sub("000", folded)
    folded = _MILLIONS.sub("m ", folded)
    folded = _BILLIONS.sub("bn ", folded)
    folded = _PERCENT.sub(" percent ", folded)
    folded = _PREFIX.sub(r"\1", folded)
    return _IDIOM.sub(" ", folded)


# Endings, each with the letters that must remain.
_ENDINGS = (("ation", 5), ("ment", 5), ("ing", 3), ("ed", 3), ("ly", 5))


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """The word without its ending, the same for all forms of most English words."""
    if len(word) <= 3 or any(c.isdigit() for c in word):
        return word
    if match := re.fullmatch(r"(\w{3,})i[sz](?:ations?|ing|ed|es|ers?|e)", word):
        return match[1] + "is"
    if word.endswith(("ies", "ied")) and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending, least in _ENDINGS:
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= least and re.search("[aeiouy]", rest):
            word = rest
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    if word.endswith("e") and len(word) > 3:
        word = word[:-1]
    return word


LIGHT_STEMS = frozenset(stem(word) for word in LIGHT)
# Not of the shortest: "cars" would go with "care".
_STOP_STEMS = frozenset(stem(word) for word in STOP if len(stem(word)) > 3)


def is_stop(token: str) -> bool:
    """Whether a word says nothing about the subject of a question."""
    stemmed = stem(token)
    return token in STOP or (stemmed != token and (stemmed in STOP or stemmed in _STOP_STEMS))
