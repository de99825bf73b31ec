/** Reads the words of an unfinished line: the command, and what the last word is to be. */

/**
 * @param {string[]} words without the program; the last one is being typed, and may be empty
 * @param {{ commands: object[], globals: object[], beforeCommand: object[] }} table
 * @returns {Line}
 *
 * @typedef {object} Line
 * @property {string} current the last word
 * @property {object} [command] the row, where one was named
 * @property {boolean} [isLost] whether no command has that name
 * @property {string} [group] the first word of commands of two words
 * @property {object} [awaits] the flag whose value the last word is
 * @property {string} [flagPrefix] `--name=`, where the value stands in the same word
 * @property {boolean} isFlag whether the last word begins a flag
 * @property {string[]} operands the arguments of the command before the last word
 * @property {Map<string, string[]>} given the values of the flags that were given, by their names
 */
export function readLine(words, { commands, globals, beforeCommand }) {
  const line = { current: words.at(-1) ?? "", isFlag: false, operands: [], given: new Map() };
  let ended = false;
  const flags = () => [...globals, ...(line.command ? line.command.flags : beforeCommand)];
  for (const word of words.slice(0, -1)) {
    if (line.awaits) {
      note(line, line.awaits, word);
      line.awaits = undefined;
    } else if (ended || !word.startsWith("-") || word === "-") take(line, word, commands);
    else if (word === "--") ended = true;
    else readFlag(line, word, flags());
  }
  if (line.awaits || ended) return line;
  const [, name, value] = /^--([^=]+)=([^]*)$/.exec(line.current) ?? [];
  const row = name === undefined ? undefined : flags().find((known) => known.name === name);
  if (row?.value) return { ...line, awaits: row, flagPrefix: `--${name}=`, current: value };
  return { ...line, isFlag: line.current.startsWith("-") };
}

function take(line, word, commands) {
  if (line.command) return void line.operands.push(word);
  const name = line.group ? `${line.group} ${word}` : word;
  line.command = commands.find((command) => command.name === name);
  if (line.command) return;
  if (commands.some((command) => command.name.startsWith(`${name} `))) line.group = name;
  else line.isLost = true;
}

function readFlag(line, word, rows) {
  const [, name, value] = /^--([^=]+)(?:=([^]*))?$/.exec(word) ?? [];
  const last = word.at(-1);
  const row = rows.find((known) => (name === undefined ? known.short === last : known.name === name));
  if (!row) return;
  if (row.value && value === undefined) line.awaits = row;
  else note(line, row, value ?? "true");
}

function note({ given }, { name }, value) {
  given.set(name, [...(given.get(name) ?? []), value]);
}
