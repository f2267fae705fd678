// The Markdown tree as elements, with names for mentions from the store.

import { h, outsideLink, safeUrl } from "./dom.js";
import { parse, parseInline } from "./markdown.js";
import { hexColour } from "./store.js";
import { fullDate, stamp } from "./time.js";

/** A message's text as elements. */
export function markdown(app, source) {
  return parse(source).map((node) => block(app, node));
}

/** One line's text as nodes: no headings, lists or quotes. */
export function inlineMarkdown(app, source) {
  return spans(app, parseInline(source));
}

function block(app, node) {
  const children = node.children && node.type !== "quote" ? spans(app, node.children) : [];
  switch (node.type) {
    case "code":
      return h("pre", { class: "code-block", tabindex: "0", "aria-label": "Code" },
        h("code", { "data-language": node.language }, node.value));
    case "quote":
      return h("blockquote", {}, node.children.map((child) => block(app, child)));
    case "heading":
      // The page's own headings end at level 2, so a message's begin below them.
      return h(`h${node.level + 2}`, { class: `md-h${node.level}` }, children);
    case "subtext": return h("p", { class: "subtext" }, children);
    case "list": return listView(app, node);
    default: return h("p", {}, children);
  }
}

function listView(app, node) {
  const items = node.items.map((item) => h("li", {}, spans(app, item.children),
    item.inner && listView(app, item.inner)));
  return h(node.ordered ? "ol" : "ul", { start: node.ordered ? node.start : null }, items);
}

const TAGS = { strong: "strong", em: "em", underline: "u", strike: "s" };

function spans(app, nodes) {
  return nodes.map((node) => {
    switch (node.type) {
      case "text": return node.value;
      case "break": return h("br");
      case "strong": case "em": case "underline": case "strike":
        return h(TAGS[node.type], {}, spans(app, node.children));
      case "inlineCode": return h("code", {}, node.value);
      case "spoiler": return spoiler(spans(app, node.children));
      case "link": return link(app, node);
      case "time": return time(node);
      case "emoji": return h("span", { class: "custom-emoji" }, `:${node.name}:`);
      case "everyone": return h("span", { class: "mention" }, node.name);
      default: return mention(app, node);
    }
  });
}

function link(app, node) {
  const url = safeUrl(node.url);
  const children = spans(app, node.children);
  return url ? outsideLink(url, children) : h("span", {}, children);
}

function time(node) {
  const date = new Date(node.at * 1000);
  if (Number.isNaN(date.getTime())) return "Invalid date";
  return h("time", {
    class: "stamp", datetime: date.toISOString(), title: fullDate(date),
    "data-relative": node.style === "R",
  }, stamp(date, node.style));
}

function spoiler(children) {
  const inner = h("span", { class: "spoiler-inside", inert: true }, children);
  const reveal = () => {
    if (element.classList.contains("shown")) return;
    element.classList.add("shown");
    element.removeAttribute("role");
    element.removeAttribute("tabindex");
    element.removeAttribute("aria-label");
    inner.removeAttribute("inert");
  };
  const element = h("span", {
    class: "spoiler", role: "button", tabindex: "0", "aria-label": "Spoiler, press to show",
    on: {
      click: reveal,
      keydown: (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        reveal();
      },
    },
  }, inner);
  return element;
}

function mention(app, node) {
  const { store } = app;
  if (node.type === "user") {
    const user = store.members.get(node.id)?.user ?? (store.bot?.id === node.id ? store.bot : null)
      ?? store.people.find((one) => one.id === node.id);
    const name = user ? store.userName(user.user ?? { username: user.name, ...user }) : "unknown person";
    const isMe = node.id === store.me?.id;
    return h("span", { class: isMe ? "mention mention-me" : "mention" }, `@${name}`);
  }
  if (node.type === "role") {
    const role = store.roles.get(node.id);
    const element = h("span", { class: "mention" }, `@${role?.name ?? "unknown role"}`);
    if (role?.color) element.style.setProperty("--role", hexColour(role.color));
    return element;
  }
  if (node.type === "channel") {
    const channel = store.channels.get(node.id);
    if (!channel) return h("span", { class: "mention" }, "#unknown");
    return h("button", { type: "button", class: "mention", on: { click: () => app.open(node.id) } },
      `#${store.channelName(channel)}`);
  }
  return h("button", {
    type: "button", class: "mention",
    on: { click: () => app.composer.startCommand(node.id, node.name) },
  }, `/${node.name}`);
}
