"""Ways in which people ask, none of them written in the content, and what must be answered."""

from tests.knowledge.phrasings.held_out import HELD_OUT
from tests.knowledge.phrasings.off_topic import HELD_OUT_OFF_TOPIC, OFF_TOPIC, UNKNOWN
from tests.knowledge.phrasings.tuned import TUNED

__all__ = ["HELD_OUT", "HELD_OUT_OFF_TOPIC", "OFF_TOPIC", "TUNED", "UNKNOWN"]
