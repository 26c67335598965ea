// How a picture gets in: by button, by the phone's camera, dropped anywhere on the page, or pasted.
import { megabytes } from "../format.js";
import { Button, Fragment, html, useEffect, useRef, useState } from "../lib.js";
import { Icon } from "./icons.js";

/** A button that opens the file picker, or the camera with `capture`. */
function FileButton({ label, icon, onFiles, className, color = "primary", ...input }) {
  const field = useRef(null);
  const take = ({ target }) => {
    onFiles(Array.from(target.files));
    target.value = ""; // so that choosing the same file again counts as a choice
  };
  return html`
    <${Fragment}>
      <${Button} color=${color} className=${className} onClick=${() => field.current.click()}>
        <${Icon} name=${icon} /> ${label}
      <//>
      <input ref=${field} type="file" hidden onChange=${take} ...${input} />
    <//>
  `;
}

export function FileButtons({ accept, onFiles, again = false }) {
  const color = again ? "secondary" : "primary";
  return html`
    <${Fragment}>
      <${FileButton} label=${again ? "Another photo" : "Choose a photo"} icon="upload" accept=${accept}
        color=${color} onFiles=${onFiles} data-intake="choose" />
      <${FileButton} label="Take a photo" icon="camera" accept="image/*" capture="environment"
        color="secondary" className="camera-button" onFiles=${onFiles} data-intake="camera" />
    <//>
  `;
}

/** Takes files dropped or pasted anywhere on the page; returns whether one hovers over it now. */
export function useDropAndPaste(onFiles) {
  const [hovering, setHovering] = useState(false);
  useEffect(() => {
    const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
    const over = (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setHovering(true);
    };
    const leave = (event) => event.relatedTarget === null && setHovering(false);
    const drop = (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setHovering(false);
      onFiles(Array.from(event.dataTransfer.files));
    };
    const paste = (event) => onFiles(Array.from(event.clipboardData?.files ?? []));
    const listeners = { dragover: over, dragleave: leave, drop, paste };
    Object.entries(listeners).forEach(([name, listener]) => window.addEventListener(name, listener));
    return () =>
      Object.entries(listeners).forEach(([name, listener]) => window.removeEventListener(name, listener));
  }, [onFiles]);
  return hovering;
}

export function Intake({ limits, hovering, onFiles }) {
  return html`
    <section className=${`intake ${hovering ? "is-hovering" : ""}`} aria-labelledby="intake-title">
      <${Icon} name="image" className="intake-icon" />
      <h2 id="intake-title">${hovering ? "Let go to analyse it" : "Add a photo of the lesion"}</h2>
      <p className="text-body-secondary">Choose one, drop it here, or paste it. Best is a dermoscopic close-up with the lesion in the middle.</p>
      <div className="d-flex flex-wrap justify-content-center gap-2">
        <${FileButtons} accept=${limits.accept} onFiles=${onFiles} />
      </div>
      <p className="small text-body-secondary mb-0">${limits.formats.join(", ")} · up to ${megabytes(limits.max_bytes)}</p>
    </section>
  `;
}
