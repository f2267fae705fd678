// Floating lists: placed beside what opened them, or at the foot of a narrow screen.

const MARGIN = 8;

/**
 * Show `popup` beside `anchor`; `dismiss` is called when somebody presses elsewhere.
 * Returns a function that takes the popup away.
 */
export function placePopup(popup, anchor, dismiss, point = null) {
  // Inside an open dialog everything outside it is inert, so the popup must live in it.
  (anchor.closest("dialog") ?? document.body).append(popup);
  const place = () => {
    if (matchMedia("(max-width: 600px)").matches) {
      popup.classList.add("sheet");
      return;
    }
    popup.classList.remove("sheet");
    const box = anchor.getBoundingClientRect();
    const size = popup.getBoundingClientRect();
    popup.style.setProperty("min-width", point ? "" : `${Math.min(box.width, 480)}px`);
    const below = point ? point.y : box.bottom + 4;
    const above = point ? point.y - size.height : box.top - size.height - 4;
    const top = below + size.height + MARGIN > innerHeight && above > MARGIN ? above : below;
    const left = point ? point.x : box.left;
    popup.style.setProperty("top", `${Math.max(MARGIN, Math.min(top, innerHeight - size.height - MARGIN))}px`);
    popup.style.setProperty("left", `${Math.max(MARGIN, Math.min(left, innerWidth - size.width - MARGIN))}px`);
  };
  const outside = (event) => {
    if (!popup.contains(event.target) && !anchor.contains(event.target)) dismiss();
  };
  const moved = (event) => {
    if (!popup.contains(event.target)) place();
  };
  place();
  document.addEventListener("pointerdown", outside, true);
  addEventListener("resize", place);
  document.addEventListener("scroll", moved, true);
  return () => {
    document.removeEventListener("pointerdown", outside, true);
    removeEventListener("resize", place);
    document.removeEventListener("scroll", moved, true);
    popup.remove();
  };
}
