/** JSON for a terminal: what is dangerous there stands as an escape, which changes no value. */

/** Escapes the characters that the core's `printable` replaces, as JSON does. Tabs and line feeds stay. */
export async function jsonEscaped(text) {
  const suspects = /[^\n\t\x20-\x7e]/gu;
  if (!suspects.test(text)) return text;
  const { printable } = await import("../../entry/command.js");
  const spelled = new Map();
  return text.replace(suspects, (character) => {
    if (!spelled.has(character)) {
      spelled.set(character, printable(character) === character ? character : escapes(character));
    }
    return spelled.get(character);
  });
}

function escapes(character) {
  return Array.from({ length: character.length }, (_, at) =>
    `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`).join("");
}
