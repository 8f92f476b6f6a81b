/* The screen around the map: what fits on it, where the panels are, words at its foot. */

export const $ = (id) => document.getElementById(id);

export const isPhone = () => matchMedia("(max-width: 40rem)").matches;
/** Shown as a picture in another page. */
export const isFramed = window.self !== window.top;

export function say(message) {
  $("status").textContent = message ?? "";
  $("status").hidden = !message;
}

/** How to fit something into what the panels leave free. */
export function fitOptions() {
  const list = $("layers").classList.contains("closed") ? 0 : $("layers").offsetWidth;
  const feature = $("feature"); /* without size while it is hidden */
  const padding = isPhone()
    ? { top: 80, right: 24, bottom: feature.offsetHeight + 24, left: 24 }
    : { top: 40, right: feature.offsetWidth + 72, bottom: 40, left: list + 48 };
  return { padding, maxZoom: 19 };
}

/** Fold the list of layers where there is little room, and let it be folded and unfolded. */
export function foldList() {
  const toggle = $("layers-toggle");
  const open = (wanted) => {
    toggle.setAttribute("aria-expanded", wanted);
    $("layers").classList.toggle("closed", !wanted);
  };
  toggle.addEventListener("click", () => open(toggle.getAttribute("aria-expanded") !== "true"));
  open(!isPhone() && !isFramed);
}
