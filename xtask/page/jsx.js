/** What esbuild makes of JSX calls these: children as arguments take fewer bytes than a property that lists them. */

export { Fragment, h } from "preact";
