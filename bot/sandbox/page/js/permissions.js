// The few permission bits that change what the page offers. The sandbox enforces them all.

export const ADMINISTRATOR = 1n << 3n;
export const MANAGE_GUILD = 1n << 5n;
export const VIEW_CHANNEL = 1n << 10n;
export const SEND_MESSAGES = 1n << 11n;
export const USE_COMMANDS = 1n << 31n;
export const SEND_IN_THREADS = 1n << 38n;

/** Role and member overwrites over `base`, in Discord's order: everyone, roles, the member. */
function overwritten(base, channel, guildId, roles, userId) {
  const overwrites = channel.permission_overwrites ?? [];
  let bits = base;
  const applied = (list) => {
    const deny = list.reduce((sum, one) => sum | BigInt(one.deny ?? 0), 0n);
    const allow = list.reduce((sum, one) => sum | BigInt(one.allow ?? 0), 0n);
    bits = (bits & ~deny) | allow;
  };
  applied(overwrites.filter((one) => one.id === guildId));
  applied(overwrites.filter((one) => roles.includes(one.id) && one.id !== guildId));
  applied(overwrites.filter((one) => one.id === userId));
  return bits;
}

/** Whether I may write in this channel. */
export function mayWrite(store, channel) {
  if (!channel || isDirect(channel)) return true;
  const base = BigInt(store.permissions ?? "0");
  if (base & ADMINISTRATOR) return true;
  const ruling = isThread(channel) ? store.channels.get(channel.parent_id) ?? channel : channel;
  const bits = overwritten(base, ruling, store.guild.id, store.myRoles, store.me.id);
  return Boolean(bits & (isThread(channel) ? SEND_IN_THREADS : SEND_MESSAGES));
}

/** Whether I may change the server's settings. */
export function isAdministrator(store) {
  return Boolean(BigInt(store.permissions ?? "0") & ADMINISTRATOR);
}

export const isThread = (channel) => [10, 11, 12].includes(channel?.type);
export const isForum = (channel) => channel?.type === 15 || channel?.type === 16;
export const isDirect = (channel) => channel?.type === 1;
export const isCategory = (channel) => channel?.type === 4;

/** Whether people outside a few roles cannot see the channel. */
export function isPrivate(store, channel) {
  const everyone = (channel.permission_overwrites ?? []).find((one) => one.id === store.guild?.id);
  return Boolean(BigInt(everyone?.deny ?? 0) & VIEW_CHANNEL);
}
