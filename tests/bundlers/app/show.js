/** What the two pages share: the registry that they are asked for, and where they show the answer. */

export const registry = new URLSearchParams(location.search).get("registry");

export function show(answer) {
  document.querySelector("output").textContent = String(answer);
}
