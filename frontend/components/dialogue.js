// A dialogue over the page: while it is open, the page below it is out of reach, for screen readers too.
import { html, Modal, ModalBody, ModalHeader, useEffect } from "../lib.js";

/** The element that had the focus may be gone by now; then the page's own part takes it. */
function keepFocus() {
  if (document.activeElement === document.body) document.getElementById("main").focus({ preventScroll: true });
}

export function Dialogue({ isOpen, id, title, size, onClose, children }) {
  useEffect(() => {
    if (!isOpen) return undefined;
    const root = document.getElementById("root");
    root.inert = true;
    return () => {
      root.inert = false;
    };
  }, [isOpen]);
  return html`
    <${Modal} isOpen=${isOpen} toggle=${onClose} onClosed=${keepFocus} size=${size} scrollable labelledBy=${id} contentClassName="dialogue">
      <${ModalHeader} toggle=${onClose} tag="h2" id=${id}>${title}<//>
      <${ModalBody} tabIndex="0">${children}<//>
    <//>
  `;
}
