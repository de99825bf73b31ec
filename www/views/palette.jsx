/** All commands with their keys: filtered by what is typed, run with Enter. */

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { COMMANDS } from "../state/commands.js";
import { hasKeys, isPaletteOpen } from "../state/single-keys.js";

const filter = signal("");
const selected = signal(0);

const NAMES = { ArrowDown: "↓", ArrowUp: "↑" };

/** At cancel already: a key pressed right after Escape is the page's again, and the event `close` comes later. */
const close = () => (isPaletteOpen.value = false);

export function Palette() {
  const dialog = useRef();
  const isOpen = isPaletteOpen.value;
  useEffect(() => {
    if (!isOpen) return dialog.current?.close();
    filter.value = "";
    selected.value = 0;
    dialog.current.showModal();
  }, [isOpen]);
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
    <dialog ref={dialog} class="palette" aria-label="All commands" onCancel={close} onClose={close}>
      {isOpen && (
        <>
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
        </>
      )}
    </dialog>
  );
}
