// Lists to choose from: people, roles, channels; used by selects, command options and mentions.

import { isCategory } from "./permissions.js";

/** Each choice: {value, label, detail, kind}. */
export function userChoices(store) {
  const bots = store.bot && !store.members.has(store.bot.id) ? [{ user: store.bot }] : [];
  return [...store.members.values(), ...bots].map((member) => ({
    value: member.user.id, label: store.userName(member.user), kind: "user",
    detail: member.user.bot ? "app" : `@${member.user.username}`,
  }));
}

export function roleChoices(store) {
  return [...store.roles.values()]
    .sort((a, b) => b.position - a.position)
    .map((role) => ({
      value: role.id, label: role.name.startsWith("@") ? role.name : `@${role.name}`, detail: "role", kind: "role",
    }));
}

/** `types` restricts the channel types; none given means every channel but categories. */
export function channelChoices(store, types) {
  return [...store.channels.values()]
    .filter((channel) => channel.type !== 1 && (types?.length ? types.includes(channel.type) : !isCategory(channel)))
    .map((channel) => ({
      value: channel.id, label: `#${store.channelName(channel)}`, kind: "channel",
      detail: store.channel(channel.parent_id)?.name ?? "",
    }));
}

/** The choices of a select component or a command option, by what it chooses. */
export function entityChoices(store, kind, channelTypes) {
  switch (kind) {
    case "user": return userChoices(store);
    case "role": return roleChoices(store);
    case "channel": return channelChoices(store, channelTypes);
    default: return [...userChoices(store), ...roleChoices(store)];
  }
}

/** Those that contain what was typed; beginnings first. */
export function matching(choices, typed) {
  const wanted = typed.trim().replace(/^[@#]/, "").toLowerCase();
  if (!wanted) return choices;
  const plain = (choice) => choice.label.replace(/^[@#]/, "").toLowerCase();
  const rank = (choice) => (plain(choice).startsWith(wanted) ? 0 : 1);
  return choices
    .filter((choice) => plain(choice).includes(wanted) || (choice.detail ?? "").toLowerCase().includes(wanted))
    .sort((a, b) => rank(a) - rank(b));
}
