// Menus: what can be done with a message or a person.

import { menuCommands } from "./commands.js";
import { h, icon } from "./dom.js";
import { appMark, avatar } from "./people.js";
import { placePopup } from "./popup.js";
import { isEphemeral } from "./store.js";

const FOR_PERSON = 2;
const FOR_MESSAGE = 3;

export class Menus {
  constructor(app) {
    this.app = app;
    this.close = null;
  }

  message(anchor, message, point = null) {
    const { app } = this;
    const isReal = !isEphemeral(message);
    const copy = (text, what) => navigator.clipboard?.writeText(text)
      .then(() => app.toast(`${what} copied.`), () => app.toast("The browser does not allow copying here."));
    this.open(anchor, point, "Message", null, [
      isReal && ["reply", "Reply", () => app.composer.replyTo(message)],
      message.content && ["copy", "Copy text", () => copy(message.content, "Text")],
      ["copy", "Copy message ID", () => copy(message.id, "ID")],
      ...this.apps(FOR_MESSAGE, isReal ? message.id : null, message.channel_id),
    ]);
  }

  person(anchor, user, point = null) {
    const { app } = this;
    const { store } = app;
    const roles = (store.members.get(user.id)?.roles ?? []).map((id) => store.roles.get(id)?.name).filter(Boolean);
    const head = h("div", { class: "menu-head" }, avatar(app, user, "large"), h("div", {},
      h("strong", {}, store.userName(user)), user.bot ? appMark() : null,
      h("small", {}, user.bot ? (store.botOnline ? "online" : "offline") : roles.join(", ") || "no roles")));
    this.open(anchor, point, store.userName(user), head, [
      user.id === store.bot?.id && ["mail", "Send a direct message", () => app.openDirect()],
      ...this.apps(FOR_PERSON, user.id, store.current),
    ]);
  }

  apps(type, targetId, channelId) {
    if (!targetId) return [];
    return menuCommands(this.app.store.commands, type).map((command) => [
      "settings", command.name,
      () => this.app.runCommand({
        channel_id: channelId, command_id: command.id, kind: type, path: [command.name], options: [],
        target_id: targetId,
      }, command.name), "app",
    ]);
  }

  /** `entries`: [icon, label, action, kind?]; falsy ones are left out. */
  open(anchor, point, name, head, entries) {
    this.close?.();
    const items = entries.filter(Boolean).map(([drawing, label, action, kind]) => h("button", {
      type: "button", role: "menuitem", tabindex: "-1", class: kind === "app" ? "from-app" : "",
      on: { click: () => { close(); action(); } },
    }, icon(drawing), h("span", {}, label), kind === "app" ? appMark() : null));
    const menu = h("div", { class: "popup menu", on: { keydown: (event) => keys(event) } }, head,
      items.length ? h("div", { role: "menu", "aria-label": name }, items) : null);
    const remove = placePopup(menu, anchor, () => close(), point);
    const close = () => {
      if (this.close !== close) return;
      this.close = null;
      remove();
      if (document.activeElement === document.body && anchor.isConnected) anchor.focus();
    };
    this.close = close;
    menu.tabIndex = -1;
    (items[0] ?? menu).focus();

    function keys(event) {
      const at = items.indexOf(document.activeElement);
      const moves = {
        ArrowDown: (at + 1) % items.length, ArrowUp: (at - 1 + items.length) % items.length,
        Home: 0, End: items.length - 1,
      };
      if (event.key in moves) items[moves[event.key]]?.focus();
      else if (event.key === "Escape" || event.key === "Tab") close();
      else return;
      event.preventDefault();
      event.stopPropagation();
    }
  }
}
