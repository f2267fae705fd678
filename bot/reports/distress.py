"""Whether somebody's words suggest danger, somebody at risk, or despair.

Only to repeat where to turn, above their preview. The words are compared in memory, nothing of it
is kept, logged, sent along or shown to anybody else, and nothing is held up by it. A line too many
costs a glance, a line too few may cost more: so the list rather takes too much. It was read through
word by word; whoever changes it adds sentences to its test.
"""

import re
from enum import Enum


class Concern(Enum):
    """What words can suggest, in the order in which it is answered."""

    DANGER = "danger"
    AT_RISK = "at risk"
    STRUGGLING = "struggling"


_SOMEBODY = "(me|him|her|them|us|you|someone|somebody|a colleague|staff)"
_YOUNG = "(child|children|kid|kids|baby|toddler|minor|son|daughter|stepson|stepdaughter)"

# Words are compared without capitals, apostrophes and other signs.
_PHRASES = {
    Concern.DANGER: (
        "(in|into|immediate|real|serious|grave) danger( of| now| from)?",
        "danger to life",
        f"(will|would|might|could|could have|going to|gonna) (kill|hurt|stab|attack) {_SOMEBODY}",
        (
            "threat(s|en|ens|ened|ening)? (to|that he will|that she will) (kill|hurt|stab|"
            f"attack)( {_SOMEBODY})?"
        ),
        "death threats?",
        "threats? to (my|his|her|their|our) (life|lives)",
        (
            "(fear|feared|fears|afraid|scared|frightened) for (my|his|her|their|our) (life|"
            "lives|safety)"
        ),
        (
            "(has|have|had|carries|carried|carrying|brought|pulled|with) (a|the|his|her) "
            "(knife|gun|machete|weapon)"
        ),
        (
            "(attacked|attacking|assaulted|assaulting|strangled|strangling|stabbed|stabbing) "
            f"{_SOMEBODY}"
        ),
        "(was|were|been|being|got|get) (attacked|assaulted|strangled|stabbed)",
        "(not|isnt|never) safe at home",
        (
            "(someone|somebody|one of us|people|a colleague) (will|is going to|are going to|"
            "could|may|might) (die|get hurt|get killed|be killed|be hurt)"
        ),
        "(holding|held) (me|him|her|them|us) hostage",
        "(follows|following|followed|stalks|stalking|stalked) (me|her|him) home",
    ),
    Concern.AT_RISK: (
        (
            f"{_YOUNG} (is|are|was|were|may be|might be|could be)? ?(still )?(at|in) (real |"
            "serious |high |immediate )?(risk|danger)"
        ),
        f"risk (of harm )?to (a |an |the |his |her |their |any |young )?{_YOUNG}",
        (
            "(abuse|abuses|abused|abusing|hit|hits|hitting|beat|beats|beating|hurt|hurts|"
            "hurting|neglect|neglects|neglected|neglecting|touched|touching|groom|grooms|"
            f"groomed|grooming) (a |an |the |his |her |their |my |young )?(own )?{_YOUNG}"
        ),
        "child (abuse|neglect|protection|sexual exploitation|exploitation)",
        "(grooming|groomed) (a |young |vulnerable )?(girl|girls|boy|boys|people|person|teenager)",
        (
            "(unsupervised|unauthorised|undisclosed) contact with (a |the |his |her |their "
            f")?{_YOUNG}"
        ),
        (
            "(living|lives|live|staying|stays) with (a |the |his |her |their |young )?(young "
            f")?{_YOUNG}"
        ),
        (
            "(vulnerable|elderly|disabled) (adult|person|woman|man|resident) (is|was|may be|"
            "might be)? ?(at|in) (risk|danger)"
        ),
        "adults? (is |are )?at risk",
        "safeguarding (concern|concerns|risk|issue|issues|failure|failures|referral|alert)",
        "domestic (abuse|violence)",
        (
            "(beats|beating|hits|hitting|strangles|strangling) (his|her|their) (partner|wife|"
            "girlfriend|husband|boyfriend|ex|mother|mum)"
        ),
    ),
    Concern.STRUGGLING: (
        "(suicid(e|es|al|ality)|sucide|suicde|suiside|suicidle)",
        (
            "(kill|killed|killing|hurt|hurting|harm|harming|cut|cutting) (myself|himself|"
            "herself|themselves)"
        ),
        "self ?harm(s|ed|ing)?",
        "(end|ended|ending|take|took|taken|taking) (my|his|her|their) (own )?(life|lives)",
        "end it all",
        "(want|wants|wanted|wanting) to die",
        "wish(ed)? (that )?i (was|were) dead",
        "better off (dead|without me)",
        "(dont|do not|no longer) (want|wish) to (be here|live|be alive|wake up)( any ?more)?",
        "(no|nothing left|nothing) (reason|point|left)? ?(to live|in living|to live for)",
        (
            "(cant|cannot|can not) (go on|cope|take it|take this|take much more|do this)( any "
            "?more| any longer| with it)?"
        ),
        "(took|taken|taking|take) an overdose",
        "(think|thinking|thought|thoughts) (of|about) (ending it|ending my life|dying|death)",
        "at (the end of my tether|breaking point)",
        "(having|had|have|heading for) a (nervous )?breakdown",
    ),
}
_COMPILED = {
    concern: re.compile("|".join(rf"(?<!\w)(?:{phrase})(?!\w)" for phrase in phrases))
    for concern, phrases in _PHRASES.items()
}
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc`\u00b4]")
_SIGNS = re.compile(r"[\W_]+")


def concerns(text: str) -> tuple[Concern, ...]:
    """What a text suggests, in their order; usually nothing."""
    words = _SIGNS.sub(" ", _APOSTROPHES.sub("", text.casefold()))
    return tuple(concern for concern, found in _COMPILED.items() if found.search(words))
