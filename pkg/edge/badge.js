/**
 * Badges: a label and a value as a picture that screen readers read and that follows the page's light or dark. What a registry or
 * a visitor chose stands in it as escaped text, without control characters, and cut.
 */

/** The longest text that is drawn, and the longest that is read out. */
const DRAWN = 80;
const READ = 1_000;
const HEIGHT = 20;
const PADDING = 7;
/** Widths at 11 pixels: what is not listed is taken for an average letter. */
const NARROW = new Set([..."ijlrtfI.,:;'|!()[]/ "]);
const WIDE = new Set([..."mwMWOQG@%&"]);

const STYLE =
  "text{font:11px Verdana,DejaVu Sans,Geneva,sans-serif}.l{fill:#e8eaed}.lt{fill:#1f2328}.v{fill:#0b5cad}.vt{fill:#fff}.e{fill:#a32018}" +
  "@media(prefers-color-scheme:dark){.l{fill:#30363d}.lt{fill:#f0f3f6}.v{fill:#6cb6ff}.vt{fill:#0d1117}.e{fill:#ff8f85}}";

/** @param {{ label: string, value: string, title: string, description: string, isError?: boolean }} badge */
export function badge({ label, value, title, description, isError = false }) {
  const [left, right] = [drawn(label), drawn(value)];
  const [first, second] = [widthOf(left), widthOf(right)];
  const width = first + second;
  const text = (content, kind, from, size) =>
    `<text class="${kind}" x="${from + PADDING}" y="14" textLength="${size - 2 * PADDING}">${escaped(content)}</text>`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-labelledby="t d">` +
    `<title id="t">${escaped(cut(title, READ))}</title><desc id="d">${escaped(cut(description, READ))}</desc>` +
    `<style>${STYLE}</style>` +
    `<rect class="l" width="${first}" height="${HEIGHT}"/>` +
    `<rect class="${isError ? "e" : "v"}" x="${first}" width="${second}" height="${HEIGHT}"/>` +
    `${text(left, "lt", 0, first)}${text(right, "vt", first, second)}</svg>\n`
  );
}

/** A badge that says what went wrong. */
export function errorBadge({ code, message, hint }) {
  const value = code.toLowerCase().replaceAll("_", " ").replace(/^edge /, "");
  return badge({ label: "multiarch", value, title: `${code}: ${message}`, description: hint, isError: true });
}

const drawn = (text) => cut(text, DRAWN);

/** Text without what cannot stand in XML or changes how other text is read, in one line. */
function cut(text, most) {
  const plain = String(text).replace(UNSEEN, " ").replace(/\s+/g, " ").trim();
  const characters = [...plain.slice(0, 2 * most)];
  return characters.length <= most ? characters.join("") : `${characters.slice(0, most - 1).join("")}…`;
}

/** Control characters, marks of direction, characters without a width, and what is no character. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]/gu;

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

const escaped = (text) => text.replace(/[&<>"']/g, (character) => ENTITIES[character]);

function widthOf(text) {
  let width = 0;
  for (const character of text) width += NARROW.has(character) ? 4.5 : WIDE.has(character) ? 9.5 : 7;
  return Math.ceil(width) + 2 * PADDING;
}
