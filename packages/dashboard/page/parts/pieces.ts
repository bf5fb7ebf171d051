import { html } from "htm/preact";
import type { ComponentChildren, VNode } from "preact";

import type { Tone } from "../../src/view/limits.ts";

/** A card with a heading. */
export function section(
  title: string,
  content: ComponentChildren,
  more?: { aside?: ComponentChildren; id?: string },
): VNode {
  return html`
    <section class="card" id=${more?.id}>
      <header class="card-head">
        <h2>${title}</h2>
        ${more?.aside === undefined ? "" : html`<div class="aside">${more.aside}</div>`}
      </header>
      ${content}
    </section>
  `;
}

/** What is known of one thing, a line each. */
export function factList(lines: readonly (readonly [title: string, value: ComponentChildren])[]): VNode {
  return html`<dl class="facts">
    ${lines.map(
      ([title, value]) =>
        html`<div>
          <dt>${title}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** A state in a word; never by its colour alone. */
export function badge(text: string, tone: Tone): VNode {
  return html`<span class=${`badge ${tone}`}>${text}</span>`;
}

export interface MeterNeed {
  /** 0…1. */
  share: number;
  tone: Tone;
  /** What is measured, for those who hear it. */
  label: string;
  /** What stands beside it. */
  text: string;
}

/** How full something is. */
export function meter({ share, tone, label, text }: MeterNeed): VNode {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return html`
    <div class="meter">
      <div
        class="track"
        role="meter"
        aria-label=${label}
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${percent}
        aria-valuetext=${text}
      >
        <div class=${`fill ${tone}`} style=${{ width: `${percent}%` }}></div>
      </div>
      <span class="meter-text">${text}</span>
    </div>
  `;
}

/** Something went wrong, or is not to be had. */
export function notice(text: string, tone: Tone = "warn"): VNode {
  return html`<p class=${`notice ${tone}`} role="status">${text}</p>`;
}

export function waiting(): VNode {
  return html`<p class="empty">Looking …</p>`;
}

/** A name from outside: whole where there is room, and when it is pointed at. */
export function name(text: string, room: "" | "little" | "much" = ""): VNode {
  return html`<span class=${`name ${room}`} title=${text}>${text}</span>`;
}
