// Embeds and attachments.

import { h, icon, outsideLink, safeUrl } from "./dom.js";
import { inlineMarkdown, markdown } from "./markdown_view.js";
import { hexColour } from "./store.js";
import { fullDate, messageTime } from "./time.js";

/** One embed as an element. */
export function embedView(app, embed) {
  const element = h("article", { class: "embed", "aria-label": embed.title ?? "Embed" });
  if (embed.color !== undefined && embed.color !== null) {
    element.style.setProperty("--bar", hexColour(embed.color));
  }
  const thumbnail = embed.thumbnail && picture(app, embed.thumbnail, "embed-thumbnail");
  const body = h("div", { class: "embed-body" },
    embed.provider?.name ? h("div", { class: "embed-provider" }, embed.provider.name) : null,
    author(embed.author),
    title(app, embed),
    embed.description ? h("div", { class: "embed-text markdown" }, markdown(app, embed.description)) : null,
    fields(app, embed.fields));
  element.append(h("div", { class: "embed-top" }, body, thumbnail || null));
  const image = embed.image && picture(app, embed.image, "embed-image");
  if (image) element.append(image);
  const foot = footer(embed);
  if (foot) element.append(foot);
  return element;
}

function author(value) {
  if (!value?.name) return null;
  const url = value.url && safeUrl(value.url);
  const face = value.icon_url && safeUrl(value.icon_url);
  return h("div", { class: "embed-author" },
    face ? h("img", { src: face, alt: "", loading: "lazy" }) : null,
    url ? outsideLink(url, value.name) : value.name);
}

function title(app, embed) {
  if (!embed.title) return null;
  const url = embed.url && safeUrl(embed.url);
  const words = inlineMarkdown(app, embed.title);
  return h("div", { class: "embed-title markdown" }, url ? outsideLink(url, words) : words);
}

function fields(app, list) {
  if (!list?.length) return null;
  return h("dl", { class: "embed-fields" }, list.map((field) =>
    h("div", { class: field.inline ? "embed-field inline" : "embed-field" },
      h("dt", { class: "markdown" }, inlineMarkdown(app, field.name ?? "")),
      h("dd", { class: "markdown" }, markdown(app, field.value ?? "")))));
}

function footer(embed) {
  if (!embed.footer?.text && !embed.timestamp) return null;
  const face = embed.footer?.icon_url && safeUrl(embed.footer.icon_url);
  const date = embed.timestamp ? new Date(embed.timestamp) : null;
  return h("footer", { class: "embed-footer" },
    face ? h("img", { src: face, alt: "", loading: "lazy" }) : null,
    embed.footer?.text ?? null,
    embed.footer?.text && date ? " · " : null,
    date ? h("time", { datetime: embed.timestamp, title: fullDate(date) }, messageTime(date)) : null);
}

/** A picture that opens larger when pressed; one that cannot be loaded says so. */
export function picture(app, media, className, description = "") {
  const url = safeUrl(media.proxy_url ?? media.url ?? "");
  if (!url) return null;
  const words = description || media.description || "";
  const image = h("img", {
    src: url, alt: words || "Picture", loading: "lazy", width: media.width || null, height: media.height || null,
    on: { error: () => button.replaceWith(h("span", { class: "no-picture" }, icon("warning"),
      "This picture could not be loaded.")) },
  });
  const button = h("button", {
    type: "button", class: `picture ${className}`, "aria-label": `Enlarge picture${words ? `: ${words}` : ""}`,
    on: { click: () => app.dialogs.picture(url, words) },
  }, image);
  return button;
}

/** Attached files: pictures shown, the rest as links with their size. */
export function attachmentViews(app, attachments) {
  if (!attachments?.length) return null;
  const isPicture = (one) => (one.content_type ?? "").startsWith("image/") && !one.content_type.includes("svg");
  const pictures = attachments.filter(isPicture);
  const files = attachments.filter((one) => !isPicture(one));
  return [
    pictures.length ? h("div", { class: "pictures" },
      pictures.map((one) => covered(one, picture(app, one, "attached-picture", one.description)))) : null,
    files.map((file) => fileCard(file)),
  ];
}

/** Behind a spoiler, if the file was sent as one. */
function covered(file, view) {
  if (!view || !String(file.filename).startsWith("SPOILER_")) return view;
  const cover = h("button", { type: "button", class: "cover", on: { click: () => cover.replaceWith(view) } },
    icon("eye"), "Spoiler: show the picture");
  return cover;
}

export function fileCard(file) {
  const url = safeUrl(file.url ?? "");
  const name = file.title ?? file.filename ?? "file";
  return h("div", { class: "file-card" }, icon("file"),
    h("span", { class: "file-text" },
      url ? h("a", { href: url, download: file.filename ?? true }, name) : name,
      h("small", {}, sizeInWords(file.size))));
}

export function sizeInWords(bytes) {
  if (bytes === undefined || bytes === null) return "";
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
