// What the page knows of the sandbox's world, kept up to date from its frames.
// Listeners use on(name, listener); names: hello, channels, commands, people, current, history,
// message (detail {kind, message}), typing, bot, unread, roles (mine have changed).

import { isDirect, isThread } from "./permissions.js";

const MESSAGES_KEPT = 500;

/** Order of two ids by age; both are decimal strings. */
export function compareIds(a, b) {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

export class Store {
  constructor() {
    this.listeners = new Map();
    this.clear();
  }

  clear() {
    Object.assign(this, {
      me: null, myRoles: [], permissions: "0", bot: null, guild: null, people: [], online: false,
      botOnline: true, current: null, commands: [], overrides: {},
      channels: new Map(), roles: new Map(), members: new Map(), histories: new Map(),
      lastRead: new Map(), unread: new Map(), refreshing: new Set(),
    });
  }

  on(name, listener) {
    const all = this.listeners.get(name) ?? [];
    this.listeners.set(name, [...all, listener]);
  }

  tell(name, detail) {
    for (const listener of this.listeners.get(name) ?? []) listener(detail);
  }

  /** Take the first frame of a connection; what another person saw is forgotten. */
  hello(frame) {
    const samePerson = this.me?.id === frame.me.user.id;
    const { current, histories, unread } = this;
    const listeners = this.listeners;
    this.clear();
    this.listeners = listeners;
    this.me = frame.me.user;
    this.myRoles = frame.me.roles ?? [];
    this.permissions = frame.me.permissions ?? "0";
    this.people = frame.people ?? [];
    this.bot = frame.bot;
    this.botOnline = frame.online ?? true;
    this.guild = frame.guild;
    this.commands = frame.commands ?? [];
    this.overrides = frame.overrides ?? {};
    this.online = true;
    for (const role of frame.roles ?? []) this.roles.set(role.id, role);
    for (const member of frame.members ?? []) this.members.set(member.user.id, member);
    for (const channel of [...(frame.channels ?? []), ...(frame.dms ?? [])]) {
      this.channels.set(channel.id, channel);
    }
    this.recallLastRead();
    if (samePerson) {
      // After a lost connection the open channel is asked for again; the rest when it is opened.
      this.unread = unread;
      this.histories = new Map([...histories].filter(([id]) => id === current));
    }
    if (this.channels.has(current)) this.current = current;
    this.tell("hello", { samePerson });
  }

  // --- what has been read ------------------------------------------------------------------

  get readKey() { return `read:${this.me.id}`; }

  recallLastRead() {
    const kept = sessionStorage.getItem(this.readKey);
    this.lastRead = new Map(kept ? JSON.parse(kept) : []);
    for (const channel of this.channels.values()) {
      const last = channel.last_message_id;
      const read = this.lastRead.get(channel.id);
      if (!kept && last) this.lastRead.set(channel.id, last);
      else if (last && compareIds(last, read ?? "0") > 0) this.unread.set(channel.id, 0);
    }
    this.keepLastRead();
  }

  keepLastRead() {
    sessionStorage.setItem(this.readKey, JSON.stringify([...this.lastRead]));
  }

  markRead(channelId) {
    const last = this.history(channelId).messages.findLast((one) => !isEphemeral(one))?.id;
    if (last) this.lastRead.set(channelId, last);
    this.keepLastRead();
    if (this.unread.delete(channelId)) this.tell("unread");
  }

  // --- messages ------------------------------------------------------------------------------

  history(channelId) {
    if (!this.histories.has(channelId)) {
      this.histories.set(channelId, { messages: [], more: false, loaded: false });
    }
    return this.histories.get(channelId);
  }

  takeHistory(frame) {
    const history = this.history(frame.channel_id);
    const oldest = frame.messages[0]?.id;
    const isNewest = this.refreshing.delete(frame.channel_id);
    // What the newest page does not hold has been deleted meanwhile; older pages stay as they are.
    const kept = history.messages.filter((one) => !isNewest || (oldest && compareIds(one.id, oldest) < 0));
    const known = new Map([...kept, ...frame.messages].map((one) => [one.id, one]));
    history.messages = [...known.values()].sort((a, b) => compareIds(a.id, b.id));
    if (!isNewest || !kept.length) history.more = frame.more;
    history.loaded = true;
    this.tell("history", { channelId: frame.channel_id });
  }

  message(channelId, id) {
    return this.histories.get(channelId)?.messages.find((one) => one.id === id);
  }

  created(message) {
    const history = this.history(message.channel_id);
    const index = history.messages.findIndex((one) => one.id === message.id);
    if (index >= 0) {
      history.messages[index] = message;
      this.tell("message", { kind: "update", message });
      return;
    }
    history.messages.push(message);
    history.messages.sort((a, b) => compareIds(a.id, b.id));
    if (history.messages.length > MESSAGES_KEPT) {
      history.messages.shift();
      history.more = true;
    }
    const channel = this.channels.get(message.channel_id);
    if (channel && !isEphemeral(message)) channel.last_message_id = message.id;
    const isMine = message.author?.id === this.me.id;
    const isSeen = message.channel_id === this.current && !document.hidden;
    if (!isMine && !isSeen) {
      this.unread.set(message.channel_id, (this.unread.get(message.channel_id) ?? 0) + 1);
      this.tell("unread");
    }
    this.tell("message", { kind: "create", message });
  }

  updated(change) {
    const old = this.message(change.channel_id, change.id);
    if (!old) return;
    Object.assign(old, change);
    this.tell("message", { kind: "update", message: old });
  }

  removed(change) {
    const history = this.histories.get(change.channel_id);
    if (!history) return;
    const gone = new Set(change.ids ?? [change.id]);
    history.messages = history.messages.filter((one) => !gone.has(one.id));
    for (const id of gone) {
      this.tell("message", { kind: "delete", message: { id, channel_id: change.channel_id } });
    }
  }

  // --- events --------------------------------------------------------------------------------

  event(name, d) {
    switch (name) {
      case "MESSAGE_CREATE": return this.created(d);
      case "MESSAGE_UPDATE": return this.updated(d);
      case "MESSAGE_DELETE":
      case "MESSAGE_DELETE_BULK": return this.removed(d);
      case "CHANNEL_CREATE":
      case "CHANNEL_UPDATE":
      case "THREAD_CREATE":
      case "THREAD_UPDATE":
        this.channels.set(d.id, { ...this.channels.get(d.id), ...d });
        return this.tell("channels", { name, channel: d });
      case "CHANNEL_DELETE":
      case "THREAD_DELETE":
        this.channels.delete(d.id);
        this.histories.delete(d.id);
        return this.tell("channels", { name, channel: d });
      case "COMMANDS_UPDATE":
        this.commands = d.commands ?? [];
        this.overrides = d.overrides ?? this.overrides;
        return this.tell("commands");
      case "ROLES_UPDATE":
        this.roles = new Map((d.roles ?? []).map((role) => [role.id, role]));
        return this.tell("people");
      case "MEMBERS_UPDATE":
        for (const member of d.members ?? []) this.members.set(member.user.id, member);
        this.tell("people");
        // Other roles mean other channels and permissions: the sandbox must be asked afresh.
        if (String(this.members.get(this.me.id)?.roles) !== String(this.myRoles)) this.tell("roles");
        return undefined;
      case "TYPING": return this.tell("typing", d);
      case "BOT_STATUS":
        this.botOnline = Boolean(d.online);
        return this.tell("bot");
      default: return undefined;
    }
  }

  // --- looking things up ---------------------------------------------------------------------

  channel(id) { return this.channels.get(id); }

  get currentChannel() { return this.channels.get(this.current); }

  userName(user) {
    return this.members.get(user?.id)?.nick || user?.global_name || user?.username || "Somebody";
  }

  channelName(channel) {
    if (!channel) return "unknown";
    if (isDirect(channel)) {
      return this.userName(channel.recipients?.find((user) => user.id !== this.me?.id) ?? this.bot);
    }
    return channel.name;
  }

  /** The colour of a member's highest coloured role, as "#rrggbb", or null. */
  colourOf(userId) {
    const roles = (this.members.get(userId)?.roles ?? []).map((id) => this.roles.get(id));
    const coloured = roles.filter((role) => role?.color).sort((a, b) => b.position - a.position);
    return coloured.length ? hexColour(coloured[0].color) : null;
  }

  threadsOf(parentId) {
    return [...this.channels.values()].filter(
      (channel) => isThread(channel) && channel.parent_id === parentId,
    );
  }
}

export const hexColour = (number) => `#${Number(number).toString(16).padStart(6, "0")}`;
export const isEphemeral = (message) => Boolean((message.flags ?? 0) & 64);
export const isLoading = (message) => Boolean((message.flags ?? 0) & 128);
