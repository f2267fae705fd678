"""The body of a message, created or edited: Discord's limits, and the draft it makes."""

import re
from dataclasses import dataclass, field

from bot.sandbox import files as uploads
from bot.sandbox.component_forms import read_components
from bot.sandbox.constants import MessageFlag
from bot.sandbox.core import Core, StoredFile
from bot.sandbox.embed_forms import read_embeds
from bot.sandbox.errors import Problems, api_error
from bot.sandbox.validation import Form, Json, as_snowflake
from bot.sandbox.world import Message

MOST_CONTENT = 2000
MOST_FILES = 10
_CREATE_FLAGS = int(
    MessageFlag.SUPPRESS_EMBEDS | MessageFlag.SUPPRESS_NOTIFICATIONS | MessageFlag.IS_COMPONENTS_V2
)
_EDIT_FLAGS = int(MessageFlag.SUPPRESS_EMBEDS | MessageFlag.IS_COMPONENTS_V2)
_FILE_FIELD = re.compile(r"files?(?:\[([0-9]+)\])?\Z")


@dataclass(frozen=True)
class Upload:
    """A file of a multipart request."""

    field: str
    name: str
    data: bytes
    content_type: str

    @property
    def number(self) -> int:
        """The n of files[n]."""
        found = _FILE_FIELD.match(self.field)
        return int(found[1] or 0) if found else 0


@dataclass
class Mentions:
    """allowed_mentions; None for a list means that nothing limits it."""

    everyone: bool = True
    users: set[int] | None = None
    roles: set[int] | None = None
    replied_user: bool = True


@dataclass
class Draft:
    """What a body asks for; None means untouched, which only an edit knows."""

    content: str | None = None
    embeds: list[Json] | None = None
    components: list[Json] | None = None
    attachments: list[Json] | None = None
    flags: int = 0
    given_flags: bool = False
    tts: bool = False
    mentions: Mentions = field(default_factory=Mentions)
    reference: Json | None = None
    nonce: str | None = None
    enforce_nonce: bool = False

    @property
    def v2(self) -> bool:
        """Whether it is laid out by components alone."""
        return bool(self.flags & MessageFlag.IS_COMPONENTS_V2)


def read_message(
    core: Core,
    form: Form,
    files: list[Upload],
    *,
    editing: Message | None = None,
    ephemeral_allowed: bool = False,
    may_be_empty: bool = False,
) -> Draft:
    """Check a body; 50035 for what is malformed, 50006 for what would show nothing."""
    draft = Draft(mentions=_read_mentions(form))
    before = editing.raw if editing else None
    _read_flags(form, draft, before, ephemeral_allowed=ephemeral_allowed)
    draft.content = form.string("content", most=MOST_CONTENT)
    if before is None or "content" in form.value:
        draft.content = (draft.content or "").strip()
    draft.tts = form.boolean("tts") or False
    _read_nonce(form, draft)
    _refuse_unsupported(form)
    draft.reference = _read_reference(form)
    _check_attachments(form, files, before)
    names = {each.name: f"attachment://{each.name}" for each in files}
    if before is not None:
        names |= {each["filename"]: each["url"] for each in before["attachments"]}
    if before is None or "embeds" in form.value:
        draft.embeds = read_embeds(form, names)
    if before is None or "components" in form.value:
        draft.components = read_components(form, v2=draft.v2, files=names)
    if draft.v2:
        _refuse_legacy(form, draft, before)
    form.problems.raise_any()
    _take_files(core, form, files, draft, before)
    if not may_be_empty and _shows_nothing(draft, before):
        raise api_error(50006)
    return draft


def _read_flags(form: Form, draft: Draft, before: Json | None, *, ephemeral_allowed: bool) -> None:
    given = form.integer("flags", least=0, most=2**31 - 1)
    draft.given_flags = given is not None
    allowed = _CREATE_FLAGS if before is None else _EDIT_FLAGS
    if ephemeral_allowed:
        allowed |= MessageFlag.EPHEMERAL
    kept = int(before["flags"]) & MessageFlag.IS_COMPONENTS_V2 if before else 0
    # An edit may repeat the flags that the message already has.
    unknown = (given or 0) & ~allowed & ~(int(before["flags"]) if before else 0)
    if unknown:
        form.problem("flags", "BASE_TYPE_INVALID_FLAGS", f"Flags {unknown} cannot be set.")
    draft.flags = int(((given or 0) & allowed) | kept)


def _read_nonce(form: Form, draft: Draft) -> None:
    if form.has("nonce"):
        draft.nonce = form.string("nonce", most=25)
    draft.enforce_nonce = bool(form.boolean("enforce_nonce"))


def _refuse_unsupported(form: Form) -> None:
    if form.items("sticker_ids", most=3):
        form.problem("sticker_ids", "STICKER_UNKNOWN", "This server has no stickers")
    if form.has("poll"):
        form.problem("poll", "POLL_UNSUPPORTED", "The sandbox has no polls")


def _read_mentions(form: Form) -> Mentions:
    allowed = form.form("allowed_mentions")
    if allowed is None:
        return Mentions()
    parse = allowed.items("parse", most=3)
    for index, each in enumerate(parse):
        if each not in ("users", "roles", "everyone"):
            path = (*allowed.path, "parse", index)
            message = "Value must be one of ('users', 'roles', 'everyone')."
            form.problems.add(path, "BASE_TYPE_CHOICES", message)
    listed: dict[str, set[int] | None] = {}
    for key in ("users", "roles"):
        ids = {
            as_snowflake(each, form.problems, (*allowed.path, key, index))
            for index, each in enumerate(allowed.items(key, most=100))
        }
        if key in parse and ids:
            message = f'parse:["{key}"] and {key}: [ids...] are mutually exclusive.'
            allowed.problem(None, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)
        listed[key] = None if key in parse else {each for each in ids if each is not None}
    replied = allowed.boolean("replied_user")
    return Mentions("everyone" in parse, listed["users"], listed["roles"], bool(replied))


def _read_reference(form: Form) -> Json | None:
    reference = form.form("message_reference")
    if reference is None:
        return None
    kind = reference.value.get("type") or 0
    if kind != 0:
        reference.problem("type", "BASE_TYPE_CHOICES", "Value must be one of {0}.")
    fails = reference.boolean("fail_if_not_exists")
    return {
        "message_id": reference.snowflake("message_id", required=True),
        "channel_id": reference.snowflake("channel_id"),
        "guild_id": reference.snowflake("guild_id"),
        "fail_if_not_exists": fails is not False,
    }


def _check_attachments(form: Form, files: list[Upload], before: Json | None) -> None:
    numbers = {str(each.number) for each in files}
    held = {each["id"] for each in before["attachments"]} if before else set()
    for each in form.forms("attachments", most=MOST_FILES):
        each.snowflake("id", required=True)
        each.string("filename", most=1024)
        each.string("description", most=1024)
        if each.has("id") and str(each.value["id"]) not in numbers | held:
            each.problem("id", "ATTACHMENT_NOT_FOUND", "Attachment data was not found")
    if len(files) > MOST_FILES:
        form.problem("files", "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_FILES} or fewer in length.")


def _take_files(
    core: Core, form: Form, files: list[Upload], draft: Draft, before: Json | None
) -> None:
    """Store the uploads and make the attachments; links to them now lead somewhere."""
    if before is not None and not files and "attachments" not in form.value:
        return
    described = {str(each["id"]): each for each in form.value.get("attachments") or []}
    found: list[Json] = [
        old
        for old in (before["attachments"] if before else [])
        if "attachments" not in form.value or old["id"] in described
    ]
    stored: dict[str, StoredFile] = {}
    for each in files:
        about = described.get(str(each.number), {})
        file = uploads.store(core, about.get("filename") or each.name, each.data)
        stored[each.name] = file
        stored[about.get("filename") or each.name] = file
        found.append(uploads.attachment(core, file, about.get("description")))
    if len(found) > MOST_FILES:
        form.problem("attachments", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
        form.problems.raise_any()
    draft.attachments = found
    links = {f"attachment://{name}": core.file_url(file) for name, file in stored.items()}
    draft.embeds = _linked(draft.embeds, links)
    draft.components = _linked(draft.components, links)


def _linked(found: list[Json] | None, links: dict[str, str]) -> list[Json] | None:
    if found is None or not links:
        return found
    changed: list[Json] = _relink(found, links)
    return changed


def _relink(value: object, links: dict[str, str]) -> list[Json]:
    def replaced(node: object) -> object:
        if isinstance(node, dict):
            return {key: replaced(each) for key, each in node.items()}
        if isinstance(node, list):
            return [replaced(each) for each in node]
        return links.get(node, node) if isinstance(node, str) else node

    result = replaced(value)
    assert isinstance(result, list)
    return result


def _refuse_legacy(form: Form, draft: Draft, before: Json | None) -> None:
    for key in ("content", "embeds", "poll", "sticker_ids"):
        if form.value.get(key):
            message = f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
            form.problem(key, code, message)
    left = before and not before["flags"] & MessageFlag.IS_COMPONENTS_V2
    for key in ("content", "embeds"):
        # Turning an old message into components means clearing what it had.
        if left and before and before[key] and form.value.get(key, "kept") == "kept":
            form.problem(
                key,
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                f"The '{key}' field must be null when using MessageFlags.IS_COMPONENTS_V2",
            )


def _shows_nothing(draft: Draft, before: Json | None) -> bool:
    def now(key: str, mine: object) -> object:
        return mine if mine is not None or before is None else before[key]

    return not any(
        (
            now("content", draft.content),
            now("embeds", draft.embeds),
            now("components", draft.components),
            now("attachments", draft.attachments),
        )
    )


def message_form(body: object) -> Form:
    """The form for a whole request body."""
    return Form({} if body is None else body, Problems())
