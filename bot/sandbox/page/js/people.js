// Faces and names: avatars drawn from initials, the "APP" mark, the person switcher.

import { fill, h, safeUrl } from "./dom.js";
import { isAdministrator } from "./permissions.js";
import { compareIds } from "./store.js";

const HUES = 8;
const WHO = {
  member: "Reads, asks and reports.",
  colleague: "Another member, to see what others see.",
  moderator: "Runs the bot: feeds, inbox, knowledge.",
  administrator: "Owns the server: set-up and settings.",
};

/** A round picture, or initials on a colour that stays the same for the same person. */
export function avatar(app, user, size = "") {
  const name = app.store.userName(user);
  const picture = user?.avatar_url && safeUrl(user.avatar_url);
  const place = h("span", { class: `avatar ${size}`, "aria-hidden": "true" });
  if (user?.bot && !picture) {
    place.classList.add("avatar-bot");
    place.append(h("span", { class: "steward-mark" }));
  } else if (picture) {
    place.append(h("img", { src: picture, alt: "", loading: "lazy" }));
  } else {
    // By order of age, so that the first eight people all differ.
    const known = [...app.store.members.keys()].sort(compareIds);
    place.classList.add(`hue-${Math.max(0, known.indexOf(user?.id)) % HUES}`);
    place.append(initials(name));
  }
  return place;
}

function initials(name) {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return words.slice(0, 2).map((word) => [...word][0].toUpperCase()).join("") || "?";
}

/** The author's name as it stands over a message; opens their menu. */
export function authorName(app, user) {
  const name = h("button", {
    type: "button", class: "author", "aria-haspopup": "menu",
    on: { click: (event) => app.menus.person(event.currentTarget, user) },
  }, app.store.userName(user));
  const colour = app.store.colourOf(user?.id);
  if (colour) name.style.setProperty("--role", colour);
  return name;
}

export const appMark = () => h("span", { class: "app-mark" }, "APP");

/** The card at the foot of the channel list: who I am, and a way to be somebody else. */
export function personCard(app) {
  const { store } = app;
  const offline = !store.online;
  return h("button", {
    type: "button", class: "person-card", "aria-haspopup": "dialog", id: "person-card",
    "aria-label": `You are ${store.userName(store.me)}. Switch person`,
    on: { click: () => { app.sidebar.setOpen(false); choosePerson(app); } },
  },
  avatar(app, store.me),
  h("span", { class: "person-text" },
    h("strong", {}, store.userName(store.me)),
    h("small", {}, offline ? "reconnecting …" : roleOf(app) || "no roles")),
  h("span", { class: "switch-word" }, "Switch"));
}

function roleOf(app) {
  const { store } = app;
  if (isAdministrator(store)) return "Administrator";
  const roles = store.myRoles.map((id) => store.roles.get(id)).filter(Boolean);
  return roles.sort((a, b) => b.position - a.position).map((role) => role.name).join(", ");
}

/** Ask who to be. `welcome` is the first visit: it says what this page is. */
export function choosePerson(app, { welcome = false } = {}) {
  const { store } = app;
  const choice = (person) => {
    const isMe = person.id === store.me.id;
    return h("button", {
      type: "button", class: "person-choice", "aria-pressed": String(isMe),
      autofocus: isMe, "data-person": person.id,
      on: { click: () => { dialog.close(); app.become(person.id); } },
    },
    avatar(app, { id: person.id, username: person.name }, "large"),
    h("span", { class: "person-text" },
      h("strong", {}, person.name),
      h("small", {}, WHO[store.members.get(person.id)?.user.username] ?? describeRoles(app, person))),
    isMe ? h("span", { class: "pill" }, "you") : null);
  };
  const dialog = app.dialogs.open({
    title: welcome ? "Welcome to the sandbox" : "Who are you?",
    className: "people-dialog",
    content: [
      welcome ? h("p", {}, "This is a stand-in for Discord on your own computer. Nothing you write ",
        "here leaves it. The bot is the real one: type ", h("kbd", {}, "/"),
        " to see what it can do.") : null,
      h("p", { class: "hint" }, "Each person sees their own channels, commands and private answers. ",
        "You can switch at any time, and be two people in two tabs."),
      h("div", { class: "person-choices" }, store.people.map(choice)),
    ],
  });
}

function describeRoles(app, person) {
  const names = (person.roles ?? []).map((id) => app.store.roles.get(id)?.name).filter(Boolean);
  return names.length ? names.join(", ") : "No roles.";
}

/** The list of members on the right. */
export function membersPanel(app) {
  const panel = document.getElementById("members");
  const draw = () => {
    const { store } = app;
    if (!store.me) return;
    const all = [...store.members.values()];
    const bots = all.filter((one) => one.user.bot);
    if (store.bot && !bots.some((one) => one.user.id === store.bot.id)) bots.push({ user: store.bot });
    const humans = all.filter((one) => !one.user.bot);
    fill(panel, group("Apps", bots), group("People", humans));
  };
  const group = (title, members) => [
    h("h2", {}, `${title} — ${members.length}`),
    h("ul", {}, members.map((member) => h("li", {}, row(member.user)))),
  ];
  const row = (user) => {
    const isOff = user.id === app.store.bot?.id && !app.store.botOnline;
    const name = h("span", { class: "member-name" }, app.store.userName(user));
    const colour = app.store.colourOf(user.id);
    if (colour) name.style.setProperty("--role", colour);
    return h("button", {
      type: "button", class: isOff ? "member is-offline" : "member", "aria-haspopup": "menu",
      on: {
        click: (event) => app.menus.person(event.currentTarget, user),
        contextmenu: (event) => { event.preventDefault(); app.menus.person(event.currentTarget, user); },
      },
    }, avatar(app, user), name, user.bot ? appMark() : null,
    user.id === app.store.me.id ? h("span", { class: "hint" }, "you") : null,
    isOff ? h("span", { class: "hint" }, "offline") : null);
  };
  for (const name of ["hello", "people", "bot"]) app.store.on(name, draw);
  return { draw };
}
