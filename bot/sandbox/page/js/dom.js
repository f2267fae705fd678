// Building elements. Text always becomes text nodes; nothing here, or anywhere in the page,
// parses HTML from a string.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element: h("button", {class: "x", on: {click: f}}, "Label", otherNode).
 * Attributes that are null, undefined or false are left out; true gives an empty one.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) {
        element.addEventListener(event, listener);
      }
    } else if (name === "value" || name === "checked" || name === "selected") {
      element[name] = value;
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  append(element, children);
  return element;
}

/** Append nodes and strings; arrays are flattened, empty things left out. */
export function append(parent, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    parent.append(child instanceof Node ? child : String(child));
  }
  return parent;
}

/** Replace what an element holds. */
export function fill(parent, ...children) {
  parent.replaceChildren();
  return append(parent, children);
}

const PATHS = {
  hash: "M9 4 7 20M17 4l-2 16M4.5 9h16M3.5 15h16",
  forum: "M4 5h12v9H9l-4 3.5V14H4zM19 9v8h-1v3l-3-3h-5",
  thread: "M5 5v7a4 4 0 0 0 4 4h9M14 12l4 4-4 4",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  speaker: "M4 10v4h4l5 4V6l-5 4zM17 9a4 4 0 0 1 0 6",
  megaphone: "M4 10v4l12 5V5zM19 9v6M8 15.5V20",
  mail: "M3.5 6h17v12h-17zM4 7l8 6 8-6",
  plus: "M12 5v14M5 12h14",
  send: "M4 12 20 4l-5 16-3-7z",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  reply: "M9 7 4 12l5 5M4 12h10a6 6 0 0 1 6 6",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  close: "M6 6l12 12M18 6 6 18",
  menu: "M4 7h16M4 12h16M4 17h16",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20c0-4 2.5-6 6-6s6 2 6 6M16 5a3 3 0 0 1 0 6M17.5 14c2.3.6 3.5 2.6 3.5 6",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1 1M17.4 17.4l1 1M5.6 18.4l1-1M17.4 6.6l1-1",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5",
  chevron: "M7 10l5 5 5-5",
  file: "M7 3.5h7l4 4V20.5H7zM14 3.5V8h4",
  search: "M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM20 20l-4.5-4.5",
  check: "M5 12.5 10 17l9-10",
  down: "M12 5v14M6 13l6 6 6-6",
  eye: "M3 12c2.5-4 5.5-6 9-6s6.5 2 9 6c-2.5 4-5.5 6-9 6s-6.5-2-9-6zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  warning: "M12 4 2.8 20h18.4zM12 10v4.5M12 17.3v.2",
  link: "M10 5H5v14h14v-5M13 5h6v6M19 5l-8 8",
  copy: "M8 8h11v12H8zM5 16V4h11",
  slash: "M15 4 9 20",
  user: "M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.5-4.5 3.3-6.5 7.5-6.5s7 2 7.5 6.5",
};

/** A decorative drawing; its button must carry the name. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A button that shows only a drawing and is named in words. */
export function iconButton(name, label, listener, extra = {}) {
  return h(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label,
      on: { click: listener }, ...extra },
    icon(name),
  );
}

/** A button's or a choice's emoji as text: a custom one by its name. */
export function emojiText(emoji) {
  if (!emoji) return null;
  return h("span", { class: "emoji", "aria-hidden": "true" }, emoji.id ? `:${emoji.name}:` : emoji.name);
}

let counter = 0;

/** An id that no other element has. */
export function freshId(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}

/** The address if it may be opened or shown, else null: only http and https ever are. */
export function safeUrl(text) {
  try {
    const url = new URL(text, location.href);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}

/** A link to elsewhere that tells the other site nothing about this page. */
export function outsideLink(url, children, extra = {}) {
  return h(
    "a",
    { href: url, target: "_blank", rel: "noopener noreferrer nofollow", title: url, ...extra },
    children,
  );
}
