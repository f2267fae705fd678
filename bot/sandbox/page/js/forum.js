// A forum channel: its posts as cards, with tags to narrow them.

import { fill, h, icon } from "./dom.js";
import { picture } from "./embeds.js";
import { summary } from "./message.js";
import { avatar } from "./people.js";
import { compareIds } from "./store.js";
import { relative } from "./time.js";

const DISCORD_EPOCH_MS = 1420070400000n;
const PREVIEWS = 40;

/** When an id was made. */
export const madeAt = (id) => new Date(Number((BigInt(id) >> 22n) + DISCORD_EPOCH_MS));

export class Forum {
  constructor(app) {
    this.app = app;
    this.tag = null;
    this.list = h("ul", { class: "posts" });
    this.head = h("div", { class: "forum-head" });
    this.tags = h("div", { class: "tag-filter", role: "group", "aria-label": "Show only posts with a tag" });
    this.element = h("div", { class: "forum scroller", tabindex: "0", role: "region", "aria-label": "Posts" },
      this.head, this.tags, this.list);
    for (const name of ["channels", "unread", "message", "history"]) app.store.on(name, () => this.later());
  }

  show(channelId) {
    if (this.channelId !== channelId) this.tag = null;
    this.channelId = channelId;
    this.draw();
    // The first message of a post shows what it is about.
    for (const post of this.posts().slice(0, PREVIEWS)) {
      if (!this.app.store.history(post.id).loaded) this.app.ask(post.id);
    }
  }

  /** Many events may come at once; one drawing is enough. */
  later() {
    if (this.waiting || !this.element.isConnected) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      if (this.element.isConnected) this.draw();
    });
  }

  posts() {
    return this.app.store.threadsOf(this.channelId)
      .sort((a, b) => compareIds(b.last_message_id ?? b.id, a.last_message_id ?? a.id));
  }

  draw() {
    const { store } = this.app;
    const forum = store.channel(this.channelId);
    if (!forum) return;
    const focused = this.element.contains(document.activeElement) ? document.activeElement.id : null;
    const available = forum.available_tags ?? [];
    fill(this.head, h("h2", {}, store.channelName(forum)),
      h("p", {}, forum.topic || "Each post is a conversation of its own."));
    fill(this.tags, available.map((tag) => h("button", {
      type: "button", class: "tag", id: `tag-${tag.id}`, "aria-pressed": String(this.tag === tag.id),
      on: { click: () => { this.tag = this.tag === tag.id ? null : tag.id; this.draw(); } },
    }, tag.emoji_name ? `${tag.emoji_name} ` : null, tag.name)));
    const posts = this.posts().filter((post) => !this.tag || (post.applied_tags ?? []).includes(this.tag));
    fill(this.list, posts.map((post) => h("li", {}, this.card(post, available))),
      posts.length ? null : h("li", { class: "empty" },
        this.tag ? "No post has this tag." : "There are no posts yet."));
    if (focused) document.getElementById(focused)?.focus();
  }

  card(post, available) {
    const { store } = this.app;
    const first = store.histories.get(post.id)?.messages[0];
    const owner = store.members.get(post.owner_id)?.user ?? first?.author ?? store.bot;
    const tags = available.filter((tag) => (post.applied_tags ?? []).includes(tag.id));
    const media = first?.embeds?.find((embed) => embed.image || embed.thumbnail);
    const view = media && picture(this.app, media.image ?? media.thumbnail, "post-picture");
    const count = post.message_count ?? 0;
    return h("article", { class: store.unread.has(post.id) ? "post unread" : "post" },
      h("div", { class: "post-text" },
        tags.length ? h("div", { class: "post-tags" },
          tags.map((tag) => h("span", { class: "tag small" }, tag.name))) : null,
        h("h3", {}, h("button", {
          type: "button", class: "post-title", id: `post-${post.id}`, on: { click: () => this.app.open(post.id) },
        }, post.name)),
        first ? h("p", { class: "post-summary" }, summary(first)) : null,
        h("p", { class: "post-facts" }, avatar(this.app, owner, "tiny"), h("span", {}, store.userName(owner)),
          h("span", {}, icon("thread"), count === 1 ? "1 reply" : `${count} replies`),
          h("time", { datetime: madeAt(post.last_message_id ?? post.id).toISOString(), "data-relative": true },
            relative(madeAt(post.last_message_id ?? post.id))),
          post.thread_metadata?.archived ? h("span", {}, "closed") : null)),
      view || null);
  }
}
