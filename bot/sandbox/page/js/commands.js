// Application commands as a person meets them: "/feeds add" is one entry, whatever its nesting.

export const OPTION = {
  SUBCOMMAND: 1, GROUP: 2, STRING: 3, INTEGER: 4, BOOLEAN: 5, USER: 6, CHANNEL: 7, ROLE: 8, MENTIONABLE: 9,
  NUMBER: 10, ATTACHMENT: 11,
};

export const TYPE_NAMES = {
  3: "text", 4: "whole number", 5: "yes or no", 6: "person", 7: "channel", 8: "role", 9: "person or role",
  10: "number", 11: "file",
};

/** Whether Discord offers a command in direct messages with the bot. */
function worksInDirect(command) {
  return !command.guild_id && (command.contexts ? command.contexts.includes(1) : command.dm_permission !== false);
}

/** Every slash command that can be run here: {command, path, name, description, options, group}. */
export function slashCommands(commands, { direct = false } = {}) {
  return commands
    .filter((command) => (command.type ?? 1) === 1 && (!direct || worksInDirect(command)))
    .flatMap((command) => leaves(command, command, [command.name]));
}

function leaves(command, node, path) {
  const nested = (node.options ?? []).filter((option) => option.type <= OPTION.GROUP);
  if (nested.length) return nested.flatMap((option) => leaves(command, option, [...path, option.name]));
  const options = [...(node.options ?? [])].sort((a, b) => Number(b.required ?? false) - Number(a.required ?? false));
  return [{
    command, path, name: path.join(" "), description: node.description ?? "", options,
    group: path.length > 1 ? command : null,
  }];
}

/** Commands for a message (type 3) or a person (type 2). */
export const menuCommands = (commands, type) => commands.filter((command) => command.type === type);

/** Those that fit what was typed after the slash, best first. */
export function findCommands(entries, typed) {
  const wanted = typed.toLowerCase().trim().replace(/\s+/g, " ");
  if (!wanted) return entries;
  const rank = (entry) => {
    if (entry.name.startsWith(wanted)) return 0;
    if (entry.path.some((word) => word.startsWith(wanted))) return 1;
    if (entry.name.includes(wanted)) return 2;
    return entry.description.toLowerCase().includes(wanted) ? 3 : 4;
  };
  return entries.map((entry) => [rank(entry), entry]).filter(([order]) => order < 4)
    .sort((a, b) => a[0] - b[0]).map(([, entry]) => entry);
}

/** In the order of the palette: single commands first, then each group with its own heading. */
export function grouped(entries, botName) {
  const groups = [{ title: botName, detail: "", entries: entries.filter((one) => !one.group) }];
  for (const entry of entries.filter((one) => one.group)) {
    let group = groups.find((one) => one.command === entry.group);
    if (!group) {
      group = { title: `/${entry.group.name}`, detail: entry.group.description, command: entry.group, entries: [] };
      groups.push(group);
    }
    group.entries.push(entry);
  }
  return groups.filter((group) => group.entries.length);
}

/**
 * Read what stands in an option's field: {value} as the gateway wants it, {problem} in words, or {} when the
 * field is empty. `field` is {text, picked} where picked is a chosen {label, value} or null.
 */
export function readOption(option, field) {
  const text = field.text.trim();
  if (!field.picked && !text) return option.required ? { problem: `Fill in ${option.name}.` } : {};
  if (field.picked && field.picked.label === field.text) return { value: field.picked.value };
  if (option.choices?.length) {
    const choice = option.choices.find((one) => one.name.toLowerCase() === text.toLowerCase());
    return choice ? { value: choice.value } : { problem: `Choose ${option.name} from the list.` };
  }
  switch (option.type) {
    case OPTION.STRING: return readText(option, field.text);
    case OPTION.INTEGER:
    case OPTION.NUMBER: return readNumber(option, text);
    case OPTION.BOOLEAN: return { problem: `Choose True or False for ${option.name}.` };
    case OPTION.ATTACHMENT: return { problem: `Choose a file for ${option.name}.` };
    default: return { problem: `Choose a ${TYPE_NAMES[option.type]} from the list for ${option.name}.` };
  }
}

function readText(option, text) {
  if (option.min_length && text.length < option.min_length) {
    return { problem: `${option.name} needs at least ${option.min_length} characters.` };
  }
  const most = option.max_length ?? 6000;
  if (text.length > most) return { problem: `${option.name} can have at most ${most} characters.` };
  return { value: text };
}

function readNumber(option, text) {
  const isWhole = option.type === OPTION.INTEGER;
  const pattern = isWhole ? /^-?\d{1,16}$/ : /^-?\d{1,16}([.,]\d+)?$/;
  if (!pattern.test(text)) return { problem: `${option.name} needs a ${isWhole ? "whole number" : "number"}.` };
  const value = Number(text.replace(",", "."));
  if (option.min_value !== undefined && value < option.min_value) {
    return { problem: `${option.name} must be at least ${option.min_value}.` };
  }
  if (option.max_value !== undefined && value > option.max_value) {
    return { problem: `${option.name} must be at most ${option.max_value}.` };
  }
  return { value };
}
