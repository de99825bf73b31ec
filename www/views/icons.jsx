/** Icons, as inline drawings: a font may lack a character. */

export const BACK = "M10 3 5 8l5 5";
export const CHECK = "m3 8.5 3.2 3.2L13 4.9";
export const COPY = "M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z";
export const SHIELD = "M8 1.8 13.2 3.6v4.1c0 3.2-2.2 5.4-5.2 6.5-3-1.1-5.2-3.3-5.2-6.5V3.6zM5.6 7.8l1.8 1.8 3.1-3.4";

/** @param {{ path: string }} props one of those above, or of `signs.js` */
export const Icon = ({ path }) => (
  <svg class="icon" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" focusable="false">
    <path d={path} fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round" />
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
