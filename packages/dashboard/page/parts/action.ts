import { html } from "htm/preact";
import { h, type VNode } from "preact";
import { useState } from "preact/hooks";

import { problemOf } from "../ask.ts";

export interface ActionProps {
  text: string;
  /** What comes of it, in a sentence. */
  run: () => Promise<string>;
  /** Told in place of `text` to those who hear it. */
  label?: string;
  /** Asked before; absent: done at once. */
  confirm?: string;
  disabled?: boolean;
  kind?: "primary" | "quiet";
}

/** A button that does something, and says what came of it. */
function Action({ text, run, label, confirm: question, disabled = false, kind }: ActionProps) {
  const [state, setState] = useState<{ busy: boolean; said?: string; failed?: boolean }>({ busy: false });
  const click = () => {
    if (question !== undefined && !confirm(question)) return;
    setState({ busy: true });
    run()
      .then((said) => setState({ busy: false, said }))
      .catch((error: unknown) => setState({ busy: false, said: problemOf(error), failed: true }));
  };
  return html`<span class="action">
    <button
      type="button"
      class=${kind ?? ""}
      aria-label=${label}
      aria-busy=${state.busy}
      disabled=${disabled || state.busy}
      onClick=${click}
    >
      ${text}
    </button>
    <span class=${state.failed === true ? "said bad" : "said"} role="status">${state.said}</span>
  </span>`;
}

export function action(props: ActionProps): VNode {
  return h(Action, props) as VNode;
}
