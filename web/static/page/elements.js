/** Elements of a page. Text is only ever text: what a bundle says is never read as a page. */

/** An element of a class with what it holds, texts and elements; nothing of what is falsy. */
export function element(tag, className, ...held) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...held.filter(Boolean));
  return made;
}

/** A drawing that lies ready in the page's template of icons. */
export function icon(name, size = 24) {
  const ready = document.getElementById("icons").content;
  const drawn = ready.querySelector(`[data-icon="${name}"] svg`).cloneNode(true);
  drawn.setAttribute("width", size);
  drawn.setAttribute("height", size);
  return drawn;
}
