/** Changes to a text, as mutate.rs makes them: of characters, of the words and marks it is made of, and of numbers. */

/** The longest text that is tried. */
const MOST = 64 << 10;
/** How much of a text is taken apart at a time. */
const WINDOW = 240;

/** Texts that parsers of any kind fail on. */
const ODD = [
  "", "\0", "\t", "\n", "\r\n", " ", "\u007f", "\u0085", "\u00a0", "\ufeff", "\u202e", "\u0130", "\u017f", "\u212a",
  "\u2028", "\ud800", "\udc00", "\u{1f600}", "\\", '\\"', '"', "'", "%", "%00", "%2F", "..", ".", "/", "//", ":", "@", "#",
  "?", "*", "-", "--", "_", "+", ",", ";", "=", "<", ">", "(", ")", "[", "]", "{", "}", "null", "true", "false", "0", "-0",
  "-1", "1e999", "1.5", "65535", "65536", "2147483648", "4294967296", "9007199254740992", "__proto__", "constructor",
  "toString", "hasOwnProperty", "\\ud800", "\\u0000", '"__proto__":', "$&", "$1", "{}", "[]",
];

/** A text made of another one, or of two. */
export function mutated(random, corpus, words) {
  let text = random.pick(corpus);
  const changes = 1 + random.below(4) + (random.chance(8) ? random.below(16) : 0);
  for (let count = 0; count < changes; count += 1) text = change(random, text, random.pick(corpus), words);
  if (random.chance(500)) text = repeated(random, text);
  return text.slice(0, MOST);
}

function change(random, text, other, words) {
  const at = random.below(text.length + 1);
  const put = (piece, from = at, to = at) => text.slice(0, from) + piece + text.slice(to);
  switch (random.below(12)) {
    case 0: return put(String.fromCharCode(random.below(128)), at, at + 1);
    case 1: return put(String.fromCharCode(random.below(1 << 16)));
    case 2: return put("", ...span(random, text));
    case 3: return put(text.slice(...span(random, text)));
    case 4: return put(other.slice(...span(random, other)), ...span(random, text));
    case 5: return put(random.pick(ODD));
    case 6: return words.length > 0 ? put(random.pick(words)) : text;
    case 7: return text.slice(0, at);
    default: return token(random, text, other, words);
  }
}

function span(random, text) {
  const start = random.below(text.length + 1);
  return [start, start + random.below((random.chance(4) ? text.length : 8) + 1)];
}

/** The words, marks and quoted texts of a part of a text, and where they stand in it. */
function tokens(random, text) {
  const start = Math.max(0, random.below(text.length + 1) - WINDOW / 2);
  const found = text.slice(start, start + WINDOW).matchAll(/[A-Za-z0-9]+|"[^"]*"|[^]/g);
  return Array.from(found, ({ 0: old, index }) => ({ old, index: start + index }));
}

/** Removes, doubles or replaces a token. */
function token(random, text, other, words) {
  const known = tokens(random, text);
  if (known.length === 0) return random.pick(ODD);
  const { old, index } = random.pick(known);
  const others = tokens(random, other);
  const piece = [
    () => "", () => old + old, () => (words.length > 0 ? random.pick(words) : ""), () => random.pick(ODD),
    () => (others.length > 0 ? random.pick(others).old : ""), () => random.pick(known).old,
  ][random.below(6)]();
  return text.slice(0, index) + piece + text.slice(index + old.length);
}

/** Repeats a part until the text is long: what is quadratic shows then. */
function repeated(random, text) {
  const [start, end] = span(random, text);
  const piece = text.slice(start, end);
  return piece === "" ? text : text.slice(0, end) + piece.repeat(random.below(MOST / piece.length) + 1) + text.slice(end);
}
