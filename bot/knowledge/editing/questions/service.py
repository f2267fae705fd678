"""The list of questions without an answer, which gets shorter by itself as entries are written."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.errors import NotFound
from bot.knowledge.editing.questions.store import QuestionStore, Unanswered
from bot.knowledge.service import Knowledge
from bot.storage import Database

PAGE = 8
TRIED = 40  # questions asked again for one page, a few milliseconds each


@dataclass(frozen=True, slots=True)
class QuestionsPage:
    """Some of the questions; ``page`` counts from 0, ``pages`` is 0 when there are none."""

    questions: tuple[Unanswered, ...]
    page: int
    pages: int
    total: int


class Questions:
    """What members asked in vain, or with an answer that did not help, and passed on."""

    def __init__(self, database: Database, knowledge: Knowledge) -> None:
        self._store = QuestionStore(database)
        self._knowledge = knowledge

    async def page(self, guild_id: int, page: int) -> QuestionsPage:
        """A page of the list, most asked first; what finds an answer by now leaves it.

        What was passed on although it had an answer stays for as long as it finds that one.
        """
        await self._knowledge.ready()
        waiting = await self._store.open(guild_id)
        unhelpful = await self._store.unhelpful(guild_id)
        tried = 0
        while True:
            pages = -(-len(waiting) // PAGE)
            page = max(0, min(page, pages - 1))
            shown = waiting[page * PAGE : (page + 1) * PAGE]
            answered = set()
            for each in shown[: TRIED - tried]:
                tried += 1
                known = unhelpful.get(each.question, ())
                if await self.settle(guild_id, each.question, unhelpful=known):
                    answered.add(each)
            if not answered:
                return QuestionsPage(tuple(shown), page, pages, len(waiting))
            waiting = [each for each in waiting if each not in answered]

    async def find(self, guild_id: int, key: str) -> Unanswered:
        """The question of a button.

        Raises:
            NotFound: it is not counted any more.
        """
        for each in await self._store.all(guild_id):
            if each.key == key:
                return each
        raise NotFound("That question is not counted any more. Run `/knowledge unanswered` again.")

    async def settle(
        self, guild_id: int, question: str, *, unhelpful: Collection[str] = ()
    ) -> bool:
        """Take a question off the list if it finds an answer now; whether it does.

        Args:
            unhelpful: ids of entries that are no answer to it.
        """
        answer = await self._knowledge.answer(guild_id, question)
        entry = answer.entry
        if entry is None or any(each.id in unhelpful for each in answer.entries):
            return False
        await self._store.settle(guild_id, question, entry.id)
        return True

    async def dismiss(self, guild_id: int, key: str) -> Unanswered:
        """Take a question off the list for good."""
        found = await self.find(guild_id, key)
        await self._store.settle(guild_id, found.question)
        return found

    async def put_back(self, guild_id: int, key: str) -> Unanswered:
        """Put a question back on the list."""
        found = await self.find(guild_id, key)
        await self._store.reopen(guild_id, found.question)
        return found

    async def reopen(self, guild_id: int, identifier: str) -> None:
        """An entry is not there any more: what it answered is on the list again."""
        await self._store.reopen_answered_by(guild_id, identifier)
