// Server settings -> Integrations: which roles may use which command. For the administrator.

import { fill, freshId, h } from "./dom.js";

const ROLE = 1;

/** Open the panel. */
export function openIntegrations(app) {
  const { store } = app;
  const commands = [...store.commands].sort(
    (a, b) => (a.type ?? 1) - (b.type ?? 1) || a.name.localeCompare(b.name),
  );
  const chosen = { command: commands[0] };
  const list = h("ul", { class: "settings-list" });
  const detail = h("div", { class: "settings-detail", role: "region", "aria-label": "Who may use the command" });
  app.dialogs.open({
    title: "Server settings: integrations", className: "settings-dialog",
    content: [
      h("p", { class: "hint" }, `Who may use the commands of ${store.userName(store.bot)}. A change holds at once; `,
        "a bot cannot make it for you, neither here nor on Discord."),
      commands.length ? h("div", { class: "settings-columns" }, list, detail)
        : h("p", {}, "The bot has no commands yet. Start it, then come back."),
    ],
  });
  if (commands.length) draw();

  function draw() {
    fill(list, commands.map((command) => h("li", {}, h("button", {
      type: "button", class: "settings-command", "aria-pressed": String(command === chosen.command),
      on: { click: () => { chosen.command = command; draw(); detail.querySelector("select")?.focus(); } },
    }, label(command), overridesOf(command).length ? h("span", { class: "pill" }, "changed") : null))));
    drawDetail(chosen.command);
  }

  function drawDetail(command) {
    const roles = [...store.roles.values()].sort((a, b) => a.position - b.position);
    fill(detail, h("h3", {}, label(command)),
      h("p", { class: "hint" }, command.description || "In the menu of a message or a person."),
      h("p", {}, defaultInWords(command)), roles.map((role) => roleRow(command, role)));
  }

  function roleRow(command, role) {
    const id = freshId("role");
    const override = overridesOf(command).find((one) => one.id === role.id);
    const value = override ? String(override.permission) : "default";
    const select = h("select", { id, on: { change: () => change(command, role, select.value) } },
      [["default", "Default"], ["true", "Allowed"], ["false", "Not allowed"]].map(([key, words]) =>
        h("option", { value: key, selected: key === value }, words)));
    return h("div", { class: "settings-row" }, h("label", { for: id }, role.name), select);
  }

  function change(command, role, value) {
    const others = overridesOf(command).filter((one) => one.id !== role.id);
    const own = value === "default" ? [] : [{ id: role.id, type: ROLE, permission: value === "true" }];
    const permissions = [...others, ...own];
    store.overrides[command.id] = permissions;
    app.socket.send({ type: "override", command_id: command.id, permissions });
    app.announce(`Saved: ${role.name}, ${label(command)}.`);
    fill(list, []);
    draw();
    document.activeElement === document.body && detail.querySelector("select")?.focus();
  }

  function overridesOf(command) {
    return store.overrides[command.id] ?? [];
  }

  function defaultInWords(command) {
    const bits = command.default_member_permissions;
    if (bits === null || bits === undefined) return "Default: everyone.";
    if (bits === "0") return "Default: administrators only.";
    return BigInt(bits) & 32n ? "Default: people who may manage the server."
      : "Default: people with certain permissions.";
  }
}

const label = (command) => ((command.type ?? 1) === 1 ? `/${command.name}` : command.name);
