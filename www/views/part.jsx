/** A view that is a part of the page, fetched when it is first shown. */

import { createElement } from "preact";
import { useEffect } from "preact/hooks";
import { createPart } from "../state/parts.js";
import { Trouble } from "./trouble.jsx";

/**
 * @param {() => Promise<Function>} load gives the component
 * @param {() => object} [Waiting] what stands in its place until then; nothing where there is none
 * @param {{ isLarge?: boolean }} [options] as `createPart` takes them
 */
export function viewOf(load, Waiting = () => null, options) {
  const part = createPart(load, options);
  return function Part(props) {
    useEffect(() => void part.need().catch(() => {}), []);
    if (part.now) return createElement(part.now, props);
    return part.error ? <Trouble error={part.error} isSmall isFinal /> : <Waiting />;
  };
}
