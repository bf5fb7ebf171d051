import { html } from "htm/preact";
import { useState } from "preact/hooks";

import type { ProviderHealth, Tier } from "../../src/view/api-types.ts";
import { move, TIERS } from "../../src/view/providers.ts";
import { describeInForce, type ServicesChanged } from "../../src/view/settings.ts";
import { type Asker, problemOf } from "../ask.ts";

export interface OrderFormProps {
  name: string;
  health: Pick<ProviderHealth, "priority" | "models">;
  asker: Asker;
  refresh: () => Promise<boolean>;
}

type Models = Record<Tier, readonly string[]>;

/** Changes a provider's place and the order of its models in the configuration file. */
export function OrderForm({ name, health, asker, refresh }: OrderFormProps) {
  const [draft, setDraft] = useState<{ priority: string; models: Models }>();
  const [said, setSaid] = useState({ text: "", failed: false });
  const begin = () => {
    setSaid({ text: "", failed: false });
    setDraft({ priority: String(health.priority), models: { ...health.models } });
  };
  if (draft === undefined) {
    return html`<p>
      <button type="button" class="quiet" aria-label=${`Change the order of ${name}`} onClick=${begin}>
        Change the order
      </button>
      <span class=${said.failed ? "said bad" : "said"} role="status">${said.text}</span>
    </p>`;
  }
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    try {
      const changed = TIERS.filter((tier) => draft.models[tier].join("\n") !== health.models[tier].join("\n"));
      const answer = await asker.ask<ServicesChanged & { file: string }>("/api/config/providers", {
        method: "PUT",
        body: {
          providers: [
            {
              name,
              priority: Number(draft.priority),
              ...(changed.length === 0 ? {} : { models: draft.models }),
            },
          ],
        },
      });
      await refresh();
      setDraft(undefined);
      setSaid({ text: `written to ${answer.file} and ${describeInForce(answer)}`, failed: false });
    } catch (error) {
      setSaid({ text: problemOf(error), failed: true });
    }
  };
  const moveModel = (tier: Tier, from: number, by: 1 | -1) => () =>
    setDraft({ ...draft, models: { ...draft.models, [tier]: move(draft.models[tier], from, by) } });
  return html`
    <form class="order" onSubmit=${save}>
      <p class="form-line">
        <label for=${`priority-${name}`}>Priority</label>
        <input
          id=${`priority-${name}`}
          type="number"
          step="1"
          required
          value=${draft.priority}
          onInput=${(event: Event) => setDraft({ ...draft, priority: (event.currentTarget as HTMLInputElement).value })}
        />
        <span class="muted">the lowest is tried first</span>
      </p>
      ${TIERS.map(
        (tier) =>
          html`<fieldset>
            <legend>${tier}</legend>
            ${draft.models[tier].map(
              (model, index) =>
                html`<p class="movable" key=${model}>
                  <span class="name" title=${model}>${model}</span>
                  <button
                    type="button"
                    class="quiet"
                    aria-label=${`${model} up`}
                    disabled=${index === 0}
                    onClick=${moveModel(tier, index, -1)}
                  >
                    ↑
                  </button>
                  <button
                    type="button"
                    class="quiet"
                    aria-label=${`${model} down`}
                    disabled=${index === draft.models[tier].length - 1}
                    onClick=${moveModel(tier, index, 1)}
                  >
                    ↓
                  </button>
                </p>`,
            )}
          </fieldset>`,
      )}
      <p class="form-line">
        <button class="primary">Write it into the settings</button>
        <button type="button" class="quiet" onClick=${() => setDraft(undefined)}>Leave it</button>
        <span class=${said.failed ? "said bad" : "said"} role="status">${said.text}</span>
      </p>
    </form>
  `;
}
