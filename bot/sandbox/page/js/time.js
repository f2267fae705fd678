// Times in words, in British form and the reader's own time zone.

const LOCALE = "en-GB";
const format = (options) => new Intl.DateTimeFormat(LOCALE, options);
const CLOCK = format({ hour: "2-digit", minute: "2-digit" });
const SECONDS = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const SHORT_DAY = format({ day: "2-digit", month: "2-digit", year: "numeric" });
const LONG_DAY = format({ day: "numeric", month: "long", year: "numeric" });
const FULL = format({
  weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit",
});
const RELATIVE = new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" });
const STEPS = [
  ["year", 31536000], ["month", 2592000], ["week", 604800], ["day", 86400], ["hour", 3600],
  ["minute", 60], ["second", 1],
];

/** "10 minutes ago", "in 2 days". */
export function relative(date, now = new Date()) {
  const seconds = Math.round((date - now) / 1000);
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? STEPS.at(-1);
  return RELATIVE.format(Math.trunc(seconds / size), unit);
}

/** What Discord's <t:...:style> shows. */
export function stamp(date, style = "f") {
  switch (style) {
    case "t": return CLOCK.format(date);
    case "T": return SECONDS.format(date);
    case "d": return SHORT_DAY.format(date);
    case "D": return LONG_DAY.format(date);
    case "F": return FULL.format(date);
    case "R": return relative(date);
    default: return `${LONG_DAY.format(date)} at ${CLOCK.format(date)}`;
  }
}

export const clock = (date) => CLOCK.format(date);
export const fullDate = (date) => FULL.format(date);

/** "Today", "Yesterday" or the date, for the line between two days. */
export function dayName(date, now = new Date()) {
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (date.toDateString() === now.toDateString()) return "Today";
  if (date.toDateString() === yesterday.toDateString()) return "Yesterday";
  return LONG_DAY.format(date);
}

/** "14:02" today, "Yesterday at 14:02", or the date and the clock. */
export function messageTime(date, now = new Date()) {
  const day = dayName(date, now);
  if (day === "Today") return clock(date);
  return day === "Yesterday" ? `${day} at ${clock(date)}` : `${SHORT_DAY.format(date)} ${clock(date)}`;
}

/** Keep the relative times on the page true. */
export function keepRelativeTimesFresh() {
  setInterval(() => {
    for (const element of document.querySelectorAll("time[data-relative]")) {
      element.textContent = relative(new Date(element.dateTime));
    }
  }, 15000);
}
