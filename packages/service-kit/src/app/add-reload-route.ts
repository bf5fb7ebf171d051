import type { Express, Request, Response } from "express";

import { fixedSettings } from "../settings/read-anew.ts";

/**
 * `POST /api/config/reload`: the service reads its settings anew.
 *
 * @param reload puts them in force, and says what has changed; absent: the settings are fixed
 */
export function addReloadRoute(app: Express, reload: (() => object | Promise<object>) | undefined): void {
  app.post("/api/config/reload", async (_request: Request, response: Response) => {
    if (reload === undefined) throw fixedSettings();
    response.json({ status: "success", ...(await reload()) });
  });
}
