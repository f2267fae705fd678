"""Questions in, answers out; and the questions that nobody has answered yet."""

import asyncio
import logging
from collections.abc import Collection, Sequence
from pathlib import Path

from bot.clock import Clock, iso_week
from bot.errors import InvalidInput, NotFound, Unavailable
from bot.knowledge import library, several
from bot.knowledge.answering import NEAREST, Answer, Answering
from bot.knowledge.comparing import Comparing
from bot.knowledge.history import History
from bot.knowledge.masking import clean_question
from bot.knowledge.model import Entry, Kind
from bot.knowledge.scope import Scopes
from bot.knowledge.store import KnowledgeStore
from bot.knowledge.words import TYPED_LIMIT, Words
from bot.storage import Database
from bot.text import one_line

log = logging.getLogger(__name__)

SUGGESTIONS = 25  # Discord: choices of an autocomplete


class Knowledge:
    """Everything that the bot knows, for each server.

    Call ``start``, or await ``sync``, once before the first question.

    Attributes:
        history: the timeline.
    """

    def __init__(self, database: Database, clock: Clock, content: Path = library.CONTENT) -> None:
        self._store = KnowledgeStore(database)
        self._clock = clock
        self._content = content
        self._syncing: asyncio.Task[None] | None = None
        self._failed = False
        self._scopes = Scopes(self._store)
        self._comparing = Comparing(self._store, self._scopes, self._synced)
        self._answering = Answering(self._store, self._scopes, self._comparing)
        self.history = History(self._store, self._words)

    def start(self, after: asyncio.Event | None = None) -> None:
        """Begin ``sync`` beside everything else; questions that come meanwhile wait for it.

        Should it fail, that is logged once, and the next question begins it again.

        Args:
            after: what comes first: new content takes seconds of computing.
        """
        self._syncing = asyncio.create_task(self._take_in(after))

    async def close(self) -> None:
        """Stop taking in content; what is half done is rolled back."""
        if self._syncing is not None:
            self._syncing.cancel()
            await asyncio.wait([self._syncing])

    async def _take_in(self, after: asyncio.Event | None = None) -> None:
        if after is not None:
            await after.wait()
        try:
            await self.sync()
            await self._scopes.content()  # else the first question would wait for it
        except Exception as error:
            if not self._failed:
                log.error(
                    "The knowledge content could not be taken in; the next question tries again.",
                    exc_info=error,
                )
            self._failed = True
        else:
            if self._failed:
                log.info("The knowledge content is taken in now.")
            self._failed = False

    async def _synced(self) -> None:
        """Wait for the content; after a failure try again, and make do with what is there.

        Raises:
            Unavailable: it failed again, and no earlier content is in the tables.
        """
        if self._syncing is None:
            return
        if self._failed and self._syncing.done():
            self.start()
        if self._failed and await self._store.digest() is not None:
            return
        await asyncio.shield(self._syncing)
        if self._failed and await self._store.digest() is None:
            raise Unavailable(
                "I could not load what I know, so I have no answers at present. Please ask again "
                "in a minute. If it stays so, tell whoever runs me: the log says why."
            )

    async def sync(self) -> None:
        """Take in the content files if they have changed; a file with mistakes only in part."""
        digest = await asyncio.to_thread(library.digest, self._content)
        if digest == await self._store.digest():
            return
        loaded = await asyncio.to_thread(library.load, self._content)
        if loaded.problems:
            log.error(
                "The knowledge content has %d mistakes; what they touch is left out. "
                "`python -m bot check` lists them.",
                len(loaded.problems),
            )
        await self._store.replace_built_in(loaded, digest)
        self._scopes.replaced()

    async def ready(self) -> None:
        """Wait until the content is taken in.

        Raises:
            Unavailable: that failed, and nothing earlier is in the tables.
        """
        await self._synced()

    def changed(self, guild_id: int) -> None:
        """A server's own entries have changed: what was kept in memory of them is read anew."""
        self._scopes.changed(guild_id)

    @property
    def content(self) -> Path:
        """The folder from which the content was taken."""
        return self._content

    async def topics(self) -> dict[str, str]:
        """The names of the topics by id."""
        await self._synced()
        return dict(await self._store.list_of("topics"))

    async def tokens(self, text: str) -> list[str]:
        """The tokens under which a text is found in the index."""
        return (await self._words()).indexed(text)

    # Questions

    async def answer(self, guild_id: int, question: str) -> Answer:
        """The best answer, or an honest none with what comes nearest.

        Raises:
            InvalidInput: there is nothing to read in the question.
        """
        asked = one_line(question)
        if not asked:
            raise InvalidInput("Please type a question; a few words are enough.")
        await self._synced()
        return await self._answering.answer(guild_id, asked)

    async def entry(self, guild_id: int, identifier: str) -> Entry:
        """The entry with an id.

        Raises:
            NotFound: there is none on this server, or not any more.
        """
        await self._synced()
        found = await self._store.entries(guild_id, [identifier])
        if not found:
            raise NotFound("That answer is not there any more. Please ask again with `/faq`.")
        return found[0]

    async def asking(self, guild_id: int, question: str) -> Entry | None:
        """The entry with exactly this question, capitals aside."""
        await self._synced()
        return await self._store.entry_asking(guild_id, one_line(question))

    async def entries(self, guild_id: int, identifiers: Sequence[str]) -> list[Entry]:
        """The entries with some ids in that order, without those that are not there any more."""
        await self._synced()
        return await self._store.entries(guild_id, identifiers)

    async def related(self, guild_id: int, entry: Entry) -> tuple[Entry, ...]:
        """The entries to which an entry points."""
        if not entry.related:
            return ()
        return tuple(await self._store.entries(guild_id, entry.related))

    async def nearest(self, guild_id: int, question: str) -> tuple[Entry, ...]:
        """The three entries that come nearest to a question, however far off."""
        ranked = await self._comparing.ranked(guild_id, one_line(question), wanted=NEAREST)
        return await self._answering.first(guild_id, ranked)

    async def nearest_of(
        self,
        guild_id: int,
        kinds: Collection[Kind],
        text: str,
        *,
        partial: bool = False,
        limit: int = SUGGESTIONS,
    ) -> tuple[list[Entry], bool]:
        """The entries of some kinds that come nearest to a text, and whether the first is meant.

        Args:
            partial: the last word may not be typed to the end.
        """
        ranked = await self._comparing.ranked(
            guild_id, text, wanted=limit, partial=partial, kinds=kinds
        )
        rows = [row for row, _, _ in ranked[:limit]]
        found = await self._store.by_row(guild_id, rows) if rows else {}
        meant = bool(rows) and rows[0] in found and ranked[0][2].good_enough_of_kind
        return list(found.values()), meant

    async def suggest(self, guild_id: int, typed: str) -> list[str]:
        """At most 25 questions for what has been typed so far, best first."""
        ranked = await self._comparing.ranked(guild_id, typed, wanted=SUGGESTIONS, partial=True)
        if ranked:
            return [question for _, question, _ in ranked if question][:SUGGESTIONS]
        # Nothing yet, or only words like "when did": the questions that contain it as it stands.
        return await self._store.questions(guild_id, one_line(typed[:TYPED_LIMIT]), SUGGESTIONS)

    async def _words(self) -> Words:
        await self._synced()
        return (await self._scopes.content()).words

    # Questions without an answer

    async def pass_on(self, guild_id: int, question: str, *, unhelpful: str = "") -> None:
        """Count a question for the moderators, without who asked and with numbers masked; each by
        itself where it is several.

        Args:
            unhelpful: the id of the entry that answered it and did not help, if one did.
        """
        parts = several.parts_of(question)
        asked = [question]
        if several.ask_apart(parts) and not unhelpful:  # each has to find an answer of its own
            asked = [several.own_words(part, parts[0]) for part in parts]
        cleaned = list(dict.fromkeys(filter(None, map(clean_question, asked))))
        if not cleaned:
            raise InvalidInput("There is no question to pass on. Please ask again with `/faq`.")
        week = iso_week(self._clock.now())
        for each in cleaned:
            await self._store.count_unanswered(guild_id, each, week, unhelpful=unhelpful)

    async def unanswered(self, guild_id: int) -> list[tuple[str, int]]:
        """What members asked in vain and passed on, most asked first, with how often."""
        return await self._store.unanswered(guild_id)
