"""Errors whose text may be shown to a person.

Raise one of these anywhere below a command and the person reads its sentence, privately.
Anything else that escapes is a bug: it is logged, and the person gets a reference number.
A sentence says what happened and what to do next, and never contains a secret.
"""


class UserError(Exception):
    """Something a person can understand and act on; ``str(error)`` is what they read."""


class InvalidInput(UserError):
    """What was typed or chosen cannot be used as it is."""


class NotFound(UserError):
    """What was asked for does not exist here, or not any more."""


class NotAllowed(UserError):
    """The person, or the bot, lacks a permission; the text names which."""


class Unavailable(UserError):
    """It cannot be done right now; trying again later may work."""


class StorageTrouble(Unavailable):
    """The disk is full or failing, or another program holds the database; nothing was changed."""


class Forgotten(UserError):
    """The state behind a button or a form is gone, for example after a restart."""


class ConfigError(Exception):
    """The settings cannot be used.

    Attributes:
        problems: one plain sentence per mistake, all of them, in the order of the settings.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class DataError(Exception):
    """A file that should be Steward's database or backup is not, or cannot be used.

    Raised to the operator at a terminal, never to a member; the text is one plain sentence.
    """
