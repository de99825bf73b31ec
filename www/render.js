/**
 * Makes `render(state)` out of parts. A part is made again only when one of its inputs changed, so that what the
 * user opened, typed or focused elsewhere stays as it is.
 *
 * @param {{ mount: string, view: (state: object) => Node | null, inputs: (state: object) => unknown[] }[]} parts
 */
export function createRenderer(parts) {
  const last = new Map();
  return function render(state) {
    for (const { mount, view, inputs } of parts) {
      const now = inputs(state);
      const before = last.get(mount);
      if (before && before.every((input, at) => Object.is(input, now[at]))) continue;
      last.set(mount, now);
      replace(document.getElementById(mount), view(state));
    }
  };
}

/** Replaces a part and keeps the focus where it was, if what had it is still there. */
function replace(mount, node) {
  const focused = mount.contains(document.activeElement) ? document.activeElement.id : "";
  mount.replaceChildren(...(node ? [node] : []));
  if (focused) document.getElementById(focused)?.focus();
}
