// Discord's Markdown read into a tree of plain objects. It builds no elements and knows no names:
// markdown_view.js turns the tree into the page.

const MAX_DEPTH = 12;
const PUNCTUATION = /[\\`*_{}[\]()#+\-.!|~<>:@/&^"'$%,;=?]/;
const BARE_URL = /^https?:\/\/[^\s<>]+/i;
const ANGLED = [
  [/^<@!?(\d{1,20})>/, (m) => ({ type: "user", id: m[1] })],
  [/^<@&(\d{1,20})>/, (m) => ({ type: "role", id: m[1] })],
  [/^<#(\d{1,20})>/, (m) => ({ type: "channel", id: m[1] })],
  [/^<\/([\p{L}\p{N}_' -]{1,100}):(\d{1,20})>/u, (m) => ({ type: "command", name: m[1], id: m[2] })],
  [/^<t:(-?\d{1,13})(?::([tTdDfFR]))?>/, (m) => ({ type: "time", at: Number(m[1]), style: m[2] ?? "f" })],
  [/^<a?:(\w{2,32}):(\d{1,20})>/, (m) => ({ type: "emoji", name: m[1], id: m[2] })],
  [/^<(https?:\/\/[^\s<>]+)>/i, (m) => ({ type: "link", url: m[1], children: [text(m[1])] })],
];
// Longest mark first, so that ** is not read as two *.
const MARKS = [
  ["**", "strong"], ["__", "underline"], ["~~", "strike"], ["||", "spoiler"], ["*", "em"], ["_", "em"],
];

const text = (value) => ({ type: "text", value });

/** Read a whole message. Returns blocks. */
export function parse(source) {
  const blocks = [];
  const fence = /```(?:([A-Za-z0-9_+#.-]+)\n)?\n?([\s\S]*?)\n?```/g;
  let from = 0;
  for (const found of source.matchAll(fence)) {
    if (found[2] === "") continue;
    blocks.push(...parseLines(source.slice(from, found.index).replace(/\n$/, "")));
    blocks.push({ type: "code", language: found[1] ?? "", value: found[2] });
    from = found.index + found[0].length;
    if (source[from] === "\n") from += 1;
  }
  blocks.push(...parseLines(source.slice(from)));
  return blocks;
}

/** Read text in which only inline marks count, such as an embed's title. */
export function parseInline(source) {
  return inline(source, 0);
}

function parseLines(source) {
  if (source === "") return [];
  const lines = source.split("\n");
  const blocks = [];
  let paragraph = [];
  const endParagraph = () => {
    if (paragraph.length) blocks.push({ type: "paragraph", children: inline(paragraph.join("\n"), 0) });
    paragraph = [];
  };
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i];
    const rest = /^>>> ([\s\S]*)$/.exec(lines.slice(i).join("\n"));
    const heading = /^(#{1,3}) +(\S.*)$/.exec(line);
    const small = /^-# +(\S.*)$/.exec(line);
    if (rest) {
      endParagraph();
      blocks.push({ type: "quote", children: parseLines(rest[1]) });
      return blocks;
    }
    if (/^> /.test(line)) {
      endParagraph();
      const quoted = [];
      while (i < lines.length && /^> /.test(lines[i])) quoted.push(lines[i++].slice(2));
      i -= 1;
      blocks.push({ type: "quote", children: parseLines(quoted.join("\n")) });
    } else if (heading) {
      endParagraph();
      blocks.push({ type: "heading", level: heading[1].length, children: inline(heading[2], 0) });
    } else if (small) {
      endParagraph();
      blocks.push({ type: "subtext", children: inline(small[1], 0) });
    } else if (LIST_ITEM.test(line)) {
      endParagraph();
      const items = [item(line)];
      const continues = (next) => next && (next.depth > items[0].depth || next.ordered === items[0].ordered);
      while (i + 1 < lines.length && continues(item(lines[i + 1]))) items.push(item(lines[++i]));
      blocks.push(list(items));
    } else {
      paragraph.push(line);
    }
  }
  endParagraph();
  return blocks;
}

const LIST_ITEM = /^( *)([-*]|\d{1,9}\.) +(\S.*)$/;

function item(line) {
  const match = LIST_ITEM.exec(line);
  if (!match) return null;
  const [, indent, mark, content] = match;
  const ordered = /\d/.test(mark);
  return {
    depth: indent.length, ordered, start: ordered ? Number.parseInt(mark, 10) : 1, children: inline(content, 0),
  };
}

/** Nest a run of items by their indentation. */
function list(items) {
  const top = items[0];
  const node = { type: "list", ordered: top.ordered, start: top.start, items: [] };
  for (let i = 0; i < items.length;) {
    const inner = [];
    let next = i + 1;
    while (next < items.length && items[next].depth > top.depth) inner.push(items[next++]);
    node.items.push({ children: items[i].children, inner: inner.length ? list(inner) : null });
    i = next;
  }
  return node;
}

function inline(source, depth) {
  const nodes = [];
  let plain = "";
  const flush = () => {
    if (plain) nodes.push(text(plain));
    plain = "";
  };
  for (let i = 0; i < source.length;) {
    const found = readAt(source, i, depth);
    if (found) {
      flush();
      nodes.push(found.node);
      i = found.end;
    } else if (source[i] === "\\" && PUNCTUATION.test(source[i + 1] ?? "")) {
      plain += source[i + 1];
      i += 2;
    } else {
      plain += source[i];
      i += 1;
    }
  }
  flush();
  return nodes;
}

/** The node that starts exactly at `i`, with where it ends, or null. */
function readAt(source, i, depth) {
  const char = source[i];
  if (char === "\n") return { node: { type: "break" }, end: i + 1 };
  if (char === "`") return readCode(source, i);
  if (char === "<") return readAngled(source, i);
  if (char === "@") return readEveryone(source, i);
  if (char === "h" || char === "H") return readBareUrl(source, i);
  if (depth >= MAX_DEPTH) return null;
  if (char === "[") return readMaskedLink(source, i, depth);
  return "*_~|".includes(char) ? readMark(source, i, depth) : null;
}

function readCode(source, i) {
  const ticks = source.startsWith("``", i) ? "``" : "`";
  const close = source.indexOf(ticks, i + ticks.length);
  if (close <= i + ticks.length) return null;
  const value = source.slice(i + ticks.length, close).trim() || " ";
  return { node: { type: "inlineCode", value }, end: close + ticks.length };
}

function readAngled(source, i) {
  const rest = source.slice(i, i + 2100);
  for (const [pattern, build] of ANGLED) {
    const match = pattern.exec(rest);
    if (match) return { node: build(match), end: i + match[0].length };
  }
  return null;
}

function readEveryone(source, i) {
  const name = ["@everyone", "@here"].find((one) => source.startsWith(one, i));
  return name ? { node: { type: "everyone", name }, end: i + name.length } : null;
}

function readBareUrl(source, i) {
  if (/\w/.test(source[i - 1] ?? "")) return null;
  const match = BARE_URL.exec(source.slice(i, i + 2100));
  if (!match) return null;
  let url = match[0].replace(/[.,:;"'\]!?*_~|]+$/, "");
  // A closing bracket belongs to the sentence unless the address opened it.
  while (url.endsWith(")") && count(url, ")") > count(url, "(")) url = url.slice(0, -1);
  return { node: { type: "link", url, children: [text(url)] }, end: i + url.length };
}

const count = (value, char) => value.split(char).length - 1;

function readMaskedLink(source, i, depth) {
  const close = closing(source, i + 1, "]");
  if (close < 0 || source[close + 1] !== "(") return null;
  const match = /^\(\s*<?(https?:\/\/[^\s<>]+?)>?(?:\s+["'][^\n]*?["'])?\s*\)$/i.exec(
    balanced(source, close + 1),
  );
  if (!match) return null;
  const label = source.slice(i + 1, close);
  if (!label.trim()) return null;
  const children = inline(label, depth + 1);
  return { node: { type: "link", url: match[1], children }, end: close + 1 + match[0].length };
}

/** The text from an opening round bracket to the one that closes it. */
function balanced(source, open) {
  let level = 0;
  for (let i = open; i < source.length && source[i] !== "\n"; i += 1) {
    if (source[i] === "(") level += 1;
    if (source[i] === ")") level -= 1;
    if (level === 0) return source.slice(open, i + 1);
  }
  return "";
}

function closing(source, from, char) {
  for (let i = from; i < source.length; i += 1) {
    if (source[i] === "\\") i += 1;
    else if (source[i] === char) return i;
  }
  return -1;
}

function readMark(source, i, depth) {
  for (const [mark, type] of MARKS) {
    if (!source.startsWith(mark, i)) continue;
    const insideWord = mark === "_" && /\w/.test(source[i - 1] ?? "");
    const end = insideWord ? -1 : closingMark(source, i + mark.length, mark);
    if (end < 0) continue;
    const children = inline(source.slice(i + mark.length, end), depth + 1);
    return { node: { type, children }, end: end + mark.length };
  }
  return null;
}

/** Where the closing mark stands, or -1; code and escaped characters are passed over. */
function closingMark(source, from, mark) {
  const isSingle = mark.length === 1;
  if (isSingle && /\s/.test(source[from] ?? " ")) return -1;
  for (let i = from; i < source.length; i += 1) {
    const char = source[i];
    if (char === "\\") {
      i += 1;
    } else if (char === "`") {
      const code = readCode(source, i);
      if (code) i = code.end - 1;
    } else if (isSingle && source.startsWith(mark + mark, i)) {
      const inner = closingMark(source, i + 2, mark + mark);
      i = inner < 0 ? i + 1 : inner + 1;
    } else if (source.startsWith(mark, i) && i > from) {
      // In "***both***" the inner mark closes first.
      if (source[i + mark.length] === mark[0] && !isSingle) continue;
      if (isSingle && /\s/.test(source[i - 1])) continue;
      if (mark === "_" && /\w/.test(source[i + 1] ?? "")) continue;
      return i;
    }
  }
  return -1;
}
