/** The host that is asked about: a field with a list of machines in people's words (ARIA combobox). */

import { signal } from "@preact/signals";
import { host, page, pick } from "../state/inspector.js";
import { createPart } from "../state/parts.js";
import { Text } from "./text.jsx";

const machines = createPart(() => import("../state/hosts.js"));

const isOpen = signal(false);
/** What is typed; undefined while the field shows the host. */
const typed = signal(undefined);
const active = signal(-1);

/** What the list offers, once it is there. */
const offered = () => (isOpen.value && machines.now?.offered(typed.value ?? "")) || [];

const fetchMachines = () => void machines.need().catch(() => {});

function open() {
  isOpen.value = true;
  fetchMachines();
}

function take(platform) {
  const text = platform.trim();
  typed.value = undefined;
  isOpen.value = false;
  active.value = -1;
  if (text !== "" && text !== host.value?.specifier) pick({ platform: text, at: undefined });
}

function onKeyDown(event) {
  const list = offered();
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (!isOpen.value) open();
    else active.value = Math.min(Math.max(active.value + (event.key === "ArrowDown" ? 1 : -1), 0), list.length - 1);
  } else if (event.key === "Enter") {
    event.preventDefault();
    take(list[active.value]?.platform ?? event.currentTarget.value);
  } else if (event.key === "Escape") {
    isOpen.value = false;
    typed.value = undefined;
  }
}

export function HostField() {
  const list = offered();
  const shown = typed.value ?? host.value?.specifier ?? "";
  if (page.value.phase !== "document") return null;
  return (
    <span class="host">
      <input
        id="host"
        class="mono"
        role="combobox"
        aria-label="Host platform"
        aria-expanded={isOpen.value}
        aria-controls="hosts"
        aria-autocomplete="list"
        aria-activedescendant={active.value >= 0 ? `host-${active.value}` : undefined}
        autocapitalize="none"
        autocorrect="off"
        autocomplete="off"
        spellcheck={false}
        placeholder="linux/arm64, aarch64, …"
        value={shown}
        onClick={open}
        onFocus={(event) => {
          event.currentTarget.select();
          fetchMachines();
        }}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
          active.value = -1;
          open();
        }}
        onKeyDown={onKeyDown}
        onBlur={() => typed.value !== undefined ? take(typed.value) : (isOpen.value = false)}
      />
      <ul id="hosts" role="listbox" aria-label="Machines" hidden={list.length === 0}>
        {list.map(({ platform, text }, index) => (
          <li
            key={`${platform} ${text}`}
            id={`host-${index}`}
            role="option"
            aria-selected={index === active.value}
            onMouseDown={(event) => {
              event.preventDefault();
              take(platform);
            }}
          >
            <Text of={platform} class="mono" /> <Text of={text} class="note" />
          </li>
        ))}
      </ul>
    </span>
  );
}
