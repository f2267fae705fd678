// Dialogs: the browser's own <dialog>, so that focus stays inside and returns afterwards.

import { freshId, h, iconButton } from "./dom.js";

export class Dialogs {
  /**
   * Open a dialog. `onClose` is called once, however it closes. Returns {element, body, close()}.
   * `mayClose` is asked when Escape or a press outside would close it.
   */
  open({ title, content, className = "", onClose, footer = null, mayClose = () => true }) {
    const titleId = freshId("dialog-title");
    const returnTo = document.activeElement;
    const body = h("div", { class: "dialog-body" }, content);
    const close = () => element.close();
    const element = h("dialog", { class: `dialog ${className}`, "aria-labelledby": titleId },
      h("header", { class: "dialog-head" }, h("h2", { id: titleId }, title), iconButton("close", "Close", close)),
      body, footer);
    element.addEventListener("cancel", (event) => {
      if (event.target === element && !mayClose()) event.preventDefault();
    });
    element.addEventListener("pointerdown", (event) => {
      if (event.target === element && isOutside(element, event) && mayClose()) close();
    });
    element.addEventListener("close", () => {
      element.remove();
      onClose?.();
      if (returnTo?.isConnected && returnTo !== document.body) returnTo.focus();
      else document.getElementById("composer")?.focus();
    }, { once: true });
    document.body.append(element);
    element.showModal();
    return { element, body, close };
  }

  /** A picture as large as fits. */
  picture(url, words) {
    this.open({
      title: words || "Picture", className: "picture-dialog",
      content: [
        h("img", { src: url, alt: words || "Picture" }),
        h("p", {}, h("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow" }, "Open in a new tab")),
      ],
    });
  }
}

function isOutside(element, event) {
  const box = element.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}
