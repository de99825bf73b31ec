/** What the demo prints: headings, commands, their output with a rule beside it. Plain text where there is no terminal. */

const colours = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code) => (text) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);

export const bold = paint("1");
export const dim = paint("2");
export const accent = paint("36");

export function say(text = "") {
  process.stdout.write(`${text}\n`);
}

/** A numbered step, and why it is worth watching. */
export function step(number, title, why) {
  say();
  say(`${accent(String(number))}  ${bold(title)}`);
  if (why) say(`   ${dim(why)}`);
  say();
}

export function command(line) {
  say(`   ${accent("$")} ${bold(line)}`);
}

export function output(text) {
  for (const line of text.replace(/\n$/, "").split("\n")) say(`   ${dim("│")} ${line}`.trimEnd());
}

/** Rows with their first column aligned. */
export function rows(pairs) {
  const width = Math.max(...pairs.map(([name]) => name.length));
  for (const [name, text] of pairs) say(`   ${name.padEnd(width)}   ${dim(text)}`);
}
