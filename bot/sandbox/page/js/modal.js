// A bot's modal: shown, checked, sent; what was typed stays when sending fails.

import { h } from "./dom.js";
import { modalItem } from "./fields.js";

/** Open a modal that the bot answered with. */
export function openModal(app, data, interactionId) {
  const items = data.components.map((component) => modalItem(app, component));
  const failure = h("p", { class: "failure", role: "alert", hidden: true });
  const submit = h("button", { type: "submit", class: "button primary" }, "Submit");
  const cancel = h("button", {
    type: "button", class: "button secondary", on: { click: () => dialog.close() },
  }, "Cancel");
  const form = h("form", { novalidate: true, class: "modal-form" },
    h("p", { class: "hint modal-bot" }, `${app.store.userName(app.store.bot)} asks. `,
      "Passwords and other secrets do not belong in a bot's form."),
    failure, items.map((item) => item.element));
  const footer = h("footer", { class: "dialog-foot" }, cancel, submit);
  form.append(footer);
  let isDirty = false;
  form.addEventListener("input", () => { isDirty = true; });
  const dialog = app.dialogs.open({
    title: data.title, className: "modal", content: form,
    // A press outside, or Escape, must not throw a long text away.
    mayClose: () => !isDirty,
  });
  items.find((item) => item.focus)?.focus();

  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wrong = items.filter((item) => !item.check());
    if (wrong.length) { wrong[0].focus(); return; }
    send();
  });

  function send() {
    failure.hidden = true;
    busy(true);
    app.interactions.start({
      type: "submit", interaction_id: interactionId, custom_id: data.custom_id,
      components: items.map((item) => item.read()),
    }, {
      acknowledged: () => dialog.close(),
      failed: (text) => {
        busy(false);
        failure.textContent = `${text} What you wrote is still here.`;
        failure.hidden = false;
        submit.focus();
      },
    });
  }

  function busy(isBusy) {
    submit.disabled = isBusy;
    submit.textContent = isBusy ? "Sending …" : "Submit";
    form.setAttribute("aria-busy", String(isBusy));
  }
}
