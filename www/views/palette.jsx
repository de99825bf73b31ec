/** All commands with their keys: filtered by what is typed, run with Enter. */

import { signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { COMMANDS } from "../state/commands.js";
import { hasKeys, isPaletteOpen } from "../state/single-keys.js";
import { Dialog } from "./dialog.jsx";

const filter = signal("");
const selected = signal(0);

const NAMES = { ArrowDown: "↓", ArrowUp: "↑" };

function begin() {
  filter.value = "";
  selected.value = 0;
}

export function Palette() {
  const dialog = useRef();
  const found = COMMANDS.filter(({ text, isOff }) => !isOff?.() && text.toLowerCase().includes(filter.value.toLowerCase()));
  const run = (command) => {
    isPaletteOpen.value = false;
    dialog.current.close();
    command?.run();
  };
  const onKeyDown = (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) selected.value = Math.min(Math.max(selected.value + by, 0), found.length - 1);
    else if (event.key === "Enter") run(found[selected.value]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog isOpen={isPaletteOpen} element={dialog} onOpen={begin} name="palette" label="All commands">
      <input
        type="text"
        aria-label="Filter the commands"
        placeholder="What to do"
        role="combobox"
        aria-expanded="true"
        aria-controls="commands"
        aria-activedescendant={found.length > 0 ? `command-${selected.value}` : undefined}
        value={filter.value}
        onInput={(event) => {
          filter.value = event.currentTarget.value;
          selected.value = 0;
        }}
        onKeyDown={onKeyDown}
      />
      <ul id="commands" role="listbox" aria-label="Commands">
        {found.map((command, index) => (
          <li
            key={command.text}
            id={`command-${index}`}
            role="option"
            aria-selected={index === selected.value}
            onClick={() => run(command)}
          >
            {command.text}
            <span>
              {hasKeys.value && command.keys.map((key) => <kbd key={key}>{NAMES[key] ?? key}</kbd>)}
            </span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
