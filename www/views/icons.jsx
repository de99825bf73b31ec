/** Icons, as inline drawings: a font may lack a character. */

const PATHS = {
  copy: "M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z",
  shield: "M8 1.8 13.2 3.6v4.1c0 3.2-2.2 5.4-5.2 6.5-3-1.1-5.2-3.3-5.2-6.5V3.6zM5.6 7.8l1.8 1.8 3.1-3.4",
  check: "m3 8.5 3.2 3.2L13 4.9",
  cross: "m4 4 8 8m0-8-8 8",
  up: "M3 10l5-5 5 5",
  down: "M3 6l5 5 5-5",
  back: "M10 3 5 8l5 5",
  next: "m6 3 5 5-5 5",
  open: "M2.5 12.5v-9h4l1.5 2h5.5v7z",
  swap: "M3 5.5h10l-2.5-2.5M13 10.5H3l2.5 2.5",
};

export const Icon = ({ name }) => (
  <svg class="icon" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" focusable="false">
    <path d={PATHS[name]} fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round" />
  </svg>
);

/** The page's sign: one line that becomes three. */
export const Sign = () => (
  <svg class="sign" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
    <path d="M5 12h5M10 12c4 0 3-7 8-7M10 12h8M10 12c4 0 3 7 8 7" fill="none" stroke="currentColor" stroke-width="1.9" stroke-linecap="round" />
    <circle cx="4" cy="12" r="2.4" fill="currentColor" />
    <circle cx="20" cy="5" r="2" fill="currentColor" />
    <circle cx="20" cy="12" r="2" fill="currentColor" />
    <circle cx="20" cy="19" r="2" fill="currentColor" />
  </svg>
);
