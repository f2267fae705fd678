// The few permission bits that change what the page offers. The sandbox enforces them all.

const ADMINISTRATOR = 1n << 3n;
const VIEW_CHANNEL = 1n << 10n;
const SEND_MESSAGES = 1n << 11n;
const SEND_IN_THREADS = 1n << 38n;

/** Whether I may write in this channel; the sandbox says with each channel what I may do there. */
export function mayWrite(store, channel) {
  if (!channel || isDirect(channel)) return true;
  const bits = BigInt(channel.permissions ?? store.permissions ?? "0");
  return Boolean(bits & (ADMINISTRATOR | (isThread(channel) ? SEND_IN_THREADS : SEND_MESSAGES)));
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
