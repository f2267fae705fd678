// One message as a list item.

import { attachmentViews, embedView } from "./embeds.js";
import { componentViews } from "./components.js";
import { h, icon, iconButton } from "./dom.js";
import { markdown } from "./markdown_view.js";
import { appMark, authorName, avatar } from "./people.js";
import { isEphemeral, isLoading } from "./store.js";
import { clock, fullDate, messageTime } from "./time.js";

const GROUP_WITHIN_MS = 7 * 60 * 1000;
const COMMAND_METADATA = 2;
const COMPONENTS_V2 = 1 << 15;
const PLAIN_TYPES = new Set([0, 19, 20, 23, 21]);

export const sentAt = (message) => new Date(message.timestamp);

/** Whether a message follows on from the one before it, without a name of its own. */
export function isContinuation(before, message) {
  return Boolean(
    before && PLAIN_TYPES.has(message.type ?? 0) && PLAIN_TYPES.has(before.type ?? 0)
    && before.author?.id === message.author?.id
    && (before.webhook_id ?? null) === (message.webhook_id ?? null)
    && !message.message_reference && !usedCommand(message)
    && isEphemeral(before) === isEphemeral(message)
    && sentAt(message) - sentAt(before) < GROUP_WITHIN_MS
    && sentAt(message).toDateString() === sentAt(before).toDateString(),
  );
}

/** What the message answers: {user, name} of the command, or null. */
function usedCommand(message) {
  const used = message.interaction_metadata ?? message.interaction;
  if (!used || used.type !== COMMAND_METADATA) return null;
  const name = message.interaction?.name ?? used.name ?? message.interaction_metadata?.command_name;
  return { user: used.user, name };
}

/** The list item for a message. `continued` leaves out face and name. */
export function messageView(app, message, continued) {
  if (!PLAIN_TYPES.has(message.type ?? 0)) return systemView(app, message);
  const classes = ["message"];
  if (continued) classes.push("continued");
  if (isEphemeral(message)) classes.push("ephemeral");
  if (isMentioned(app.store, message)) classes.push("mentions-me");
  const date = sentAt(message);
  const head = continued
    ? h("time", { class: "gutter-time", datetime: message.timestamp, title: fullDate(date) }, clock(date))
    : avatar(app, message.author);
  const heading = continued ? null : h("div", { class: "heading" },
    authorName(app, message.author), message.author?.bot ? appMark() : null,
    h("time", { datetime: message.timestamp, title: fullDate(date) }, messageTime(date)),
    message.pinned ? h("span", { class: "pinned" }, icon("pin"), "pinned") : null);
  return h("li", {
    class: classes.join(" "), id: `message-${message.id}`, "data-id": message.id, tabindex: "-1",
    "aria-label": spoken(app, message),
    on: { contextmenu: (event) => contextMenu(app, message, event) },
  },
  before(app, message),
  h("div", { class: "gutter" }, head),
  h("div", { class: "content" }, heading, body(app, message)),
  toolbar(app, message));
}

/** The line above a message: what it answers. */
function before(app, message) {
  const used = usedCommand(message);
  if (used) {
    return h("div", { class: "context-line" }, avatar(app, used.user, "tiny"),
      h("span", { class: "context-name" }, app.store.userName(used.user)), " used ",
      h("span", { class: "command-name" }, used.name ? `/${used.name}` : "a command"));
  }
  if (!message.message_reference || message.type !== 19) return null;
  const original = message.referenced_message
    ?? app.store.message(message.channel_id, message.message_reference.message_id);
  if (!original) return h("div", { class: "context-line" }, "Answer to a message that was deleted");
  return h("button", {
    type: "button", class: "context-line", "aria-label": "Go to the message that this answers",
    on: { click: () => app.messages.goTo(original.id) },
  }, avatar(app, original.author, "tiny"),
  h("span", { class: "context-name" }, app.store.userName(original.author)),
  h("span", { class: "context-text" }, summary(original)));
}

function body(app, message) {
  if (isLoading(message)) {
    return h("p", { class: "thinking" }, h("span", { class: "dots", "aria-hidden": "true" },
      h("i"), h("i"), h("i")), `${app.store.userName(message.author)} is thinking …`);
  }
  const edited = message.edited_timestamp
    ? h("time", { class: "edited", datetime: message.edited_timestamp,
      title: fullDate(new Date(message.edited_timestamp)) }, "(edited)") : null;
  const text = message.content ? h("div", { class: "markdown" }, markdown(app, message.content)) : null;
  if (text && edited) (text.lastElementChild?.tagName === "P" ? text.lastElementChild : text).append(" ", edited);
  return [
    text,
    attachmentViews(app, message.attachments?.filter((one) => !isShownElsewhere(message, one))),
    (message.embeds ?? []).map((embed) => embedView(app, embed)),
    componentViews(app, message),
    text ? null : edited,
    reactions(message),
    threadLink(app, message),
    isEphemeral(message) ? ephemeralNote(app, message) : null,
  ];
}

/** Whether an embed, or a component of the second kind, shows the file in its own place. */
function isShownElsewhere(message, attachment) {
  const pictures = (message.embeds ?? []).flatMap((one) => [one.image, one.thumbnail, one.author, one.footer]);
  if (pictures.some((one) => [one?.url, one?.icon_url].includes(attachment.url))) return true;
  return Boolean((message.flags ?? 0) & COMPONENTS_V2)
    && JSON.stringify(message.components).includes(attachment.filename);
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return h("ul", { class: "reactions", "aria-label": "Reactions" },
    message.reactions.map((one) => h("li", {}, `${one.emoji.name} ${one.count}`)));
}

function threadLink(app, message) {
  const thread = app.store.channel(message.thread?.id ?? message.id) ?? message.thread;
  if (!thread || thread.id === message.channel_id) return null;
  const count = thread.message_count ?? 0;
  return h("button", { type: "button", class: "thread-link", on: { click: () => app.open(thread.id) } },
    icon("thread"), h("strong", {}, thread.name),
    h("span", {}, count === 1 ? "1 message" : `${count} messages`));
}

function ephemeralNote(app, message) {
  const dismiss = () => {
    app.socket.send({ type: "dismiss", message_id: message.id });
    app.store.removed({ channel_id: message.channel_id, id: message.id });
    app.composer.focus();
  };
  return h("p", { class: "ephemeral-note" }, icon("eye"), "Only you can see this · ",
    h("button", { type: "button", class: "link", on: { click: dismiss } }, "Dismiss message"));
}

function isMentioned(store, message) {
  if (message.author?.id === store.me?.id) return false;
  return (message.mentions ?? []).some((user) => user.id === store.me?.id)
    || (message.mention_roles ?? []).some((id) => store.myRoles.includes(id)) || message.mention_everyone;
}

function toolbar(app, message) {
  const isReal = !isEphemeral(message) && !isLoading(message);
  return h("div", { class: "toolbar" },
    isReal ? iconButton("reply", "Reply", () => app.composer.replyTo(message)) : null,
    iconButton("more", "More actions", (event) => app.menus.message(event.currentTarget, message),
      { "aria-haspopup": "menu" }));
}

function contextMenu(app, message, event) {
  // Links, pictures and a selection keep the browser's own menu.
  if (event.target.closest("a, img, input, textarea") || String(getSelection())) return;
  event.preventDefault();
  const author = event.target.closest(".author, .avatar");
  const point = { x: event.clientX, y: event.clientY };
  const item = event.currentTarget;
  if (author) app.menus.person(item, message.author, point);
  else app.menus.message(item, message, point);
}

/** Things that happened, such as a pinned message or a new thread. */
function systemView(app, message) {
  const who = () => authorName(app, message.author);
  const what = {
    6: () => [who(), " pinned a message."],
    7: () => [who(), " joined the server."],
    18: () => [who(), " started a thread: ", h("strong", {}, message.content)],
    12: () => [who(), " followed a channel: ", h("strong", {}, message.content)],
    46: () => [who(), " ended a poll."],
  }[message.type] ?? (() => [who(), " did something that this page does not show."]);
  const date = sentAt(message);
  return h("li", { class: "message system", id: `message-${message.id}`, "data-id": message.id, tabindex: "-1" },
    h("div", { class: "gutter" }, icon(message.type === 6 ? "pin" : "thread")),
    h("div", { class: "content" }, h("p", {}, what(), " ",
      h("time", { datetime: message.timestamp, title: fullDate(date) }, messageTime(date)))));
}

/** A message in one line, for answers and announcements. */
export function summary(message) {
  const text = message.content || message.embeds?.[0]?.title || message.embeds?.[0]?.description
    || firstText(message.components) || (message.attachments?.length ? "a file" : "a message");
  const names = new Map((message.mentions ?? []).map((one) => [one.id, one.global_name ?? one.username]));
  const named = text.replace(/<@!?(\d+)>/g, (mark, id) => (names.has(id) ? `@${names.get(id)}` : mark));
  const line = named.replace(/\s+/g, " ").replace(/[*_~`|]{1,3}/g, "");
  return line.length > 140 ? `${line.slice(0, 139)}…` : line;
}

function firstText(components) {
  for (const one of components ?? []) {
    if (one.type === 10) return one.content;
    const inside = firstText(one.components);
    if (inside) return inside;
  }
  return "";
}

function spoken(app, message) {
  const parts = [app.store.userName(message.author), messageTime(sentAt(message))];
  if (isEphemeral(message)) parts.push("only you can see this");
  return parts.join(", ");
}
