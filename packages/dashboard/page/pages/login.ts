import { html } from "htm/preact";
import { useState } from "preact/hooks";

import type { Asker } from "../ask.ts";

export interface LoginProps {
  asker: Asker;
  /** True when it is shown now. */
  refresh: () => Promise<boolean>;
  /** In the gateway's words: why nothing is shown. */
  reason: string;
}

/** Asks for the admin token, once for this tab. */
export function Login({ asker, refresh, reason }: LoginProps) {
  const [refused, setRefused] = useState(asker.hasToken);
  const [busy, setBusy] = useState(false);
  const enter = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement)) return;
    const token = new FormData(form).get("token");
    if (typeof token !== "string" || token.trim() === "") return;
    asker.setToken(token.trim());
    setBusy(true);
    void refresh().then((opened) => {
      if (opened) return undefined;
      asker.setToken(undefined);
      setBusy(false);
      setRefused(true);
      return undefined;
    });
  };
  return html`
    <main class="login" id="content">
      <h1><span class="mark" aria-hidden="true"></span>Switchyard</h1>
      <form class="card" onSubmit=${enter}>
        <label for="token">Admin token</label>
        <input
          id="token"
          name="token"
          type="password"
          autocomplete="current-password"
          required
          autofocus
          aria-invalid=${refused}
          aria-describedby="token-help"
        />
        ${refused ? html`<p class="notice bad" role="alert">This token is not the gateway's admin token.</p>` : ""}
        <button class="primary" aria-busy=${busy} disabled=${busy}>Open the dashboard</button>
        <p class="help" id="token-help">
          It is kept in this tab until the tab is closed. With docker compose it is shown by
          <code>docker compose exec gateway cat /run/switchyard/admin-token</code>.
        </p>
        <p class="help">The gateway says: ${reason}</p>
      </form>
    </main>
  `;
}
