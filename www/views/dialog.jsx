/** A dialog that is open while a signal says so. */

import { useEffect, useRef } from "preact/hooks";

/**
 * @param {object} props
 * @param {import("@preact/signals").Signal<boolean>} props.isOpen
 * @param {string} props.name its class
 * @param {string} [props.label] what it is called; or by `labelledBy`, the id of what calls it so
 * @param {{ current?: HTMLDialogElement }} [props.element] where the caller finds the element, to close it at once
 * @param {() => void} [props.onOpen] before it is shown
 */
export function Dialog({ isOpen, element, onOpen, name, label, labelledBy, children }) {
  const own = useRef();
  const dialog = element ?? own;
  /** Whether the signal says already what the event `close` is about: that comes later, when the dialog may be wanted again. */
  const isKnown = useRef(false);
  const isWanted = isOpen.value;
  useEffect(() => {
    const { current } = dialog;
    if (isWanted === current.open) return;
    if (isWanted) {
      onOpen?.();
      current.showModal();
    } else {
      isKnown.current = true;
      current.close();
    }
  });
  const onCancel = () => {
    isKnown.current = true;
    isOpen.value = false;
  };
  const onClose = () => {
    if (!isKnown.current && !dialog.current.open) isOpen.value = false;
    isKnown.current = false;
  };
  return (
    <dialog ref={dialog} class={name} aria-label={label} aria-labelledby={labelledBy} onCancel={onCancel} onClose={onClose}>
      {isWanted && children}
    </dialog>
  );
}
