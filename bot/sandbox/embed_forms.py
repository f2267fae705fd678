"""Embeds: Discord's limits on them, and the form in which Discord gives them back."""

from datetime import datetime

from bot.sandbox.validation import Form, Json, JsonValue, units

MOST_EMBEDS = 10
MOST_IN_ALL = 6000
"""UTF-16 units of all texts of all embeds of a message together."""


def read_embeds(body: Form, files: dict[str, str]) -> list[Json]:
    """Check ``embeds``; ``files`` maps uploaded names to where they are served."""
    found = [_read(each, files) for each in body.forms("embeds", most=MOST_EMBEDS)]
    total = sum(_length(each) for each in found)
    if total > MOST_IN_ALL:
        message = f"Embed size exceeds maximum size of {MOST_IN_ALL}"
        body.problem("embeds", "MAX_EMBED_SIZE_EXCEEDED", message)
    return found


def _read(form: Form, files: dict[str, str]) -> Json:
    raw: Json = {"type": "rich"}
    _keep(raw, "title", form.string("title", most=256, strip=True))
    _keep(raw, "description", form.string("description", most=4096, strip=True))
    _keep(raw, "url", form.url("url", attachment=False))
    colour = form.integer("color", least=0, most=0xFFFFFF)
    if colour is not None:
        raw["color"] = colour
    if form.has("timestamp"):
        _keep(raw, "timestamp", _timestamp(form))
    if footer := form.form("footer"):
        text = footer.string("text", most=2048, strip=True, required=True)
        icon = footer.url("icon_url")
        raw["footer"] = _pruned({"text": text, "icon_url": _served(icon, files)})
    if author := form.form("author"):
        name = author.string("name", most=256, strip=True, required=True)
        url = author.url("url", attachment=False)
        icon = author.url("icon_url")
        raw["author"] = _pruned({"name": name, "url": url, "icon_url": _served(icon, files)})
    for key in ("image", "thumbnail"):
        if (picture := form.form(key)) and (url := picture.url("url", required=True)):
            served = _served(url, files)
            raw[key] = {"url": served, "proxy_url": served, "width": 0, "height": 0, "flags": 0}
    fields = [_field(each) for each in form.forms("fields", most=25)]
    if fields:
        raw["fields"] = fields
    shown = {"title", "description", "footer", "author", "image", "thumbnail", "fields"}
    if not shown & raw.keys() and not _refused(form):
        form.problem("description", "BASE_TYPE_REQUIRED", "This field is required")
    return raw


def _refused(form: Form) -> bool:
    """Whether something was given that counts, even if it was refused for another reason."""
    return any(form.has(key) for key in ("footer", "author", "image", "thumbnail", "fields"))


def _field(form: Form) -> Json:
    name = form.string("name", most=256, required=True, strip=True)
    value = form.string("value", most=1024, required=True, strip=True)
    return {"name": name or "", "value": value or "", "inline": form.boolean("inline") or False}


def _timestamp(form: Form) -> str | None:
    given = form.value["timestamp"]
    try:
        datetime.fromisoformat(given)
    except (TypeError, ValueError):
        message = f"Could not parse {given}. Should be ISO8601."
        form.problem("timestamp", "DATE_TIME_TYPE_PARSE", message)
        return None
    return str(given)


def _served(url: str | None, files: dict[str, str]) -> str | None:
    if url and url.startswith("attachment://"):
        return files.get(url.removeprefix("attachment://"), url)
    return url


def _keep(raw: Json, key: str, value: JsonValue) -> None:
    if value:
        raw[key] = value


def _pruned(raw: Json) -> Json:
    return {key: value for key, value in raw.items() if value is not None}


def _length(raw: Json) -> int:
    texts = [raw.get("title"), raw.get("description")]
    texts += [(raw.get("footer") or {}).get("text"), (raw.get("author") or {}).get("name")]
    for field in raw.get("fields") or []:
        texts += [field["name"], field["value"]]
    return sum(units(text) for text in texts if text)
