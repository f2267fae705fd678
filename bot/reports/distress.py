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


def _but_not(words: str) -> str:
    """Unless one of these words comes next."""
    return rf"(?! ({words})(?!\w))"


_SOMEBODY = (
    "(me|him|her|them|us|you|someone|somebody|anyone|anybody|staff|(a|my|his|her|their|our) "
    "(colleague|manager|ex|wife|husband|partner|girlfriend|boyfriend|mother|mum|father|dad|kid|"
    "kids|child|children|baby|son|daughter|family|neighbour|officer|victim))"
)
# A minor, but not "the minor delay".
_MINOR = "minors?" + _but_not(
    "(delay|change|point|issue|matter|problem|error|injur(y|ie)|incident|offence|breach|detail|"
    "update|repair|work|complaint|concern|thing|part|role|cut|accident|fault|fix|mistake)(s|es)?"
)
_YOUNG = (
    f"(child|children|stepchild|grandchild|kid|kids|baby|infant|toddler|{_MINOR}|teenager|boy|girl|son|"
    "daughter|stepson|stepdaughter|grandson|granddaughter|nephew|niece|schoolboy|schoolgirl|"
    "(1[0-7]|[1-9]) year old)( of (1[0-7]|[1-9])| aged (1[0-7]|[1-9]))?"
)
_FRAIL = "(elderly|old|disabled|vulnerable|frail|blind|ill|sick|pregnant)"
_CLOSE = (
    "(mother|mum|mom|father|dad|parents|gran|nan|grandmother|grandfather|wife|husband|partner|"
    "girlfriend|boyfriend|ex|sister|brother|aunt|uncle|neighbour|man|woman|person|people|resident|"
    "tenant)"
)
_HARMED = (
    f"((abused|beaten|neglected|starved|groomed|raped|strangled|attacked|exploited|locked (in|up|"
    f"away))|robbed{_but_not('last (week|month|year)')}|(hit|hurt){_but_not('by')})"
)
_MYSELF = "(myself|himself|herself|themselves|themself|yourself|ourselves)"
# It is no person who strangles: the work and what comes with it.
_NO_WORK = (
    r"(?<!work is )(?<!load is )(?<!admin is )(?<!job is )(?<!lines are )(?<!targets are )"
    r"(?<!\bit )"
)
# What is ended: not a contract or a job.
_ENDED = (
    "(it|things"
    + _but_not(
        "with (the|an?|our|my|that|this) (agency|contract|contractor|provider|supplier|company|"
        "firm|team|employer|union|pilot|trust|crc|service|manager)"
    )
    + f"|everything{_but_not('about')})"
)

# What "kms" means where somebody says it of themselves; everywhere else it is a distance.
_KMS = (
    (
        "(want to|wants to|wanted to|wanna|gonna|going to|about to|ready to|tempted to|might|may|"
        "will|would|could|ill|id|i|rather|just|me|honestly|literally|tired|done) "
        "kms"
        + _but_not(
            "be|is|are|was|were|from|away|per|each|an? (hour|day|week|month|year)|of|to|on|there|"
            "back|round|and back"
        )
    ),
    r"\A ?kms( ?\Z| (im|i|tbh|lol|rn|now|honestly|tonight|today))",
    "to kys",
)

# Words are compared without capitals, apostrophes and other signs.
_PHRASES = {
    Concern.DANGER: (
        "(in|into|immediate|real|serious|grave) danger( of| now| from)?",
        "danger to life",
        (
            f"(will|would|might|could|could have|going to|gonna|wants to|wanted to) (kill|hurt|"
            f"stab|shoot|attack|rape|strangle|murder) {_SOMEBODY}"
        ),
        (
            "(will|would|might|could|going to|gonna|wants to|threat(ens|ened|ening)? to) (set fire "
            "to|burn down|blow up)"
        ),
        "(has|have|had|got|planted|made) a bomb|bomb threats?",
        "theres? (is |was )?a (bomb|gun|knife|machete|weapon)",
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
            "(has|have|had|got|carries|carried|carrying|brings|brought|pulled|showed|with) (a|the|"
            "his|her) (knife|knives|gun|machete|blade|weapon|weapons)"
        ),
        (
            f"{_NO_WORK}(attacked|attacking|assaulted|assaulting|strangled|strangling|stabbed|stabbing|raped|"
            f"raping|punched|punching|kicked|headbutted) {_SOMEBODY}"
        ),
        "(was|were|been|being|got|get) (attacked|assaulted|strangled|stabbed|raped|punched)",
        ("(scared|afraid|frightened) (that )?(he|she|they) (will|might|may|could) (hurt|kill|hit)"),
        "(not|isnt|never) safe at home",
        (
            "(someone|somebody|one of us|people|a colleague) (will|is going to|are going to|"
            "could|may|might) (die|get hurt|get killed|be killed|be hurt)"
        ),
        "(holding|held) (me|him|her|them|us) hostage",
        (
            "(grabbed|grabs|grabbing|held|holds|holding|had|took|gripped|pinned|seized|lifted) "
            f"{_SOMEBODY} (by|round|around) (the |my |his |her |their )?(throat|neck)"
            + _but_not("with (the )?(deadlines?|targets?|rota|paperwork|figures|numbers)")
        ),
        "(grabbed|squeezed|squeezing) (my|his|her|their) (throat|neck)",
        "hands? (a?round|on|at) (my|his|her|their) (throat|neck)",
        f"{_NO_WORK}(choked|choking|chokes|throttled|throttling|throttles|strangles) {_SOMEBODY}",
        (
            f"(pushed|shoved|threw|throws|slammed|dragged|pinned) {_SOMEBODY} (up )?(against|into|"
            "onto|to|down|across|through) (a |the )?(wall|floor|ground|stairs|door|desk|table|"
            "road|street|car|window)"
        ),
        "(threw|throws|swung) (a|the|his|her) (chair|table|bottle|brick|cup|mug) at",
        # But "it hit me hard", "they hit me with a target".
        (
            "(he|she|who|someone|somebody|man|woman|client|offender|manager|colleague) (has |had |"
            "just |then |also )*(hit|hits|slapped|slaps|punches|kicks|bit|bites|beat|beats|spat "
            "(at|on)) (me|him|her)"
            + _but_not(
                "hard|for six|to|that|(targets?|deadlines?|numbers|goals?|quota|stride|car|van)|"
                "with (a |an |the |another |new |first |final |formal |written |verbal )*"
                r"(target|targets|bill|warning|deadline|disciplinary|\d+)"
            )
        ),
        "(hes|shes|he is|she is|he was|she was|they were) armed",
        "(he|she|they|who|and|man|client|offender|ex|released) knows? where (i|we|she) lives?",
        "(waiting|waits|waited) (for (me|her|us) )?outside (my|her|our) (house|home|flat|door)",
        "(scared|afraid|frightened|terrified) (to go|of going) home",
        "(building|office|hostel|house|flat|room|kitchen) is on fire|(gas leak|smell of gas)",
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
        (
            rf"{_YOUNG}( at \w+ \w+)? (is|are|was|were|has been|have been|gets?|got) (being )?"
            "(sexually )?(abused|hit|beaten|hurt|neglected|touched|groomed|raped|starved)"
        ),
        f"{_YOUNG} (has|have|had|with) (bruises|burns|injuries|a black eye)",
        (
            "(starving|starves|starved|neglecting|neglects|hitting|hits|beating|beats) (a |an |the "
            f")?(his |her |their )?{_FRAIL}"
        ),
        (
            f"({_FRAIL} {_CLOSE}|(his|her|my|their) {_CLOSE}) (is|are|was|were|has been|have been|"
            f"gets?|got) (being |regularly |often )*{_HARMED}"
        ),
        # "A boy of 12 lives there and he hits him": what is done a few words after who is there.
        (
            rf"{_YOUNG} (\w+ ){{0,10}}(he|she|they|who|someone|somebody) (\w+ )?(hits|hit|beats|"
            "beat|hurts|hurt|kicks|slaps|touches|touched|starves|locks|shakes|shook) (him|her|them)"
            + _but_not("with|car|targets?")
        ),
        (
            f"(a|the|his|her|their|young|small|two|three|other) {_YOUNG} (still )?(lives|live|"
            "living|stays|stay|staying|sleeps|sleep) (there|with him|in the (house|household|flat|"
            "home))"
        ),
        (
            "(she|shes|he|hes) (is |was )?(only |just )?(1[0-7]|[1-9])( years old)? (and|but) "
            "(he|hes|she|shes|they|a man)" + _but_not(r"(is|was|has|had|have|are) (only )?\d+")
        ),
        f"{_YOUNG} (is|are|was|were) (kept |being )?locked (in|up|away)",
        r"(hasnt|havent|has not|have not|had not) eaten (for|in) (\w+ )?(days|a week)",
        (
            "(he|she) (wont|will not|doesnt|does not|never) lets? (her|him|them) (out( of the "
            f"(house|flat|room))?{_but_not('of')}|eat|leave the (house|flat|"
            f"room){_but_not('without an?')})"
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
            "(kill|killed|killing|hurt|hurting|harm|harming|cut|cutting|hang|hanged|hanging|hung|"
            f"drown|drowning|top|topping|topped|poison|stab) {_MYSELF}"
        ),
        (
            "(i|he|she|they|ill|hell|shell) (might |may |will |could |would )?do something "
            "(stupid|silly)"
        ),
        "(do|doing|done) (myself|himself|herself) in",
        "(i feel|i am|im|hes|shes|feels|felt) like (jumping|ending it|dying)",
        "jump(ed|ing)? (off|from) (a|the) (bridge|roof|window|building)",
        (
            "(took|taken|taking|swallowed) ((some|a lot of|too many|lots of|all) )?((the|my|his|"
            "her) )?(pills|tablets)"
        ),
        "self ?harm(s|ed|ing)?",
        "(end|ended|ending|take|took|taken|taking) (my|his|her|their) (own )?(life|lives)",
        "end it all",
        (
            "(i|ive|im|he|hes|she|shes) (have |am |has |is |had |was )?(got |now |already |just )*"
            "((a|my|his|her) )?(plan|plans|planned|planning|way|ways|decided|ready|going|tempted) "
            f"(to end|of ending) {_ENDED}"
        ),
        "(planning|plan|ready|going) to end it( all)? (tonight|tomorrow (night|morning))",
        r"\A ?planning to end it ?\Z",
        f"(a|my) (plan|way) to end (it|my pain|the pain){_but_not('by|in|at|on|next|before')}",
        "un ?aliv(e|ed|es|ing) (myself|himself|herself|themselves|themself|yourself)",
        "unaliv(e|ed|es|ing)",
        "sewer ?slide",
        f"(i|he|she) (just )?(want|wants|wanted) to end {_ENDED}",
        "(want|wants|wanted|wanting) to die",
        "wish(ed)? (that )?i (was|were) dead",
        "(id|i would|hed|shed) (rather|sooner) be dead",
        (
            "(better|happier) (off )?(dead|without me|(if|when|once) (i|im|i am|i was|i were) "
            "(gone|dead|not (here|around)|died|disappeared)|(if|when) i (wasnt|werent|"
            "was no longer) (here|around|alive))"
        ),
        (
            "(no ?one|nobody|none of them|who|they|people) (would|will|wouldnt|wont|would not|will "
            "not|d) (even |really |ever )*((notice|care|cry) (if|when) (i|im|i am|i "
            "was|i were) (gone|dead|died|disappeared|die))"
        ),
        # "They will miss me" is a goodbye to colleagues, "they will not" is none.
        (
            "((no ?one|nobody|none of them|who) (would|will|d)|(they|people|who) (wouldnt|wont|"
            "(would|will) (not|never))) (even |really |ever )*miss me"
            + _but_not("at|in the (team|office)|when i (transfer|retire|move)")
        ),
        "(i|im) (just |only |really )*(want to|wanted to|could|wish i could) (just )?disappear",
        (
            "(tired|sick) of (life|being alive|"
            f"living{_but_not('in|on|at|with|out|off|here|there|like this (with|in|on|at)')})"
        ),
        "life (is not|isnt|is no longer) worth (it|living)",
        "(sleep|bed) and (not|never) wake up",
        *_KMS,
        "(dont|do not|no longer) (want|wish) to (be here|live|be alive|wake up)( any ?more)?",
        "(cant|cannot|can not|dont|do not) see (a|any|another) way out",
        "(im|i am|hes|he is|shes|she is|feel|feels|feeling) (right )?on the edge" + _but_not("of"),
        "(im|am|is|are|were|was|theyre|were) not coping",
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
