/** Something that a target cannot do and that was therefore changed or left out: data, logged once by the caller. */
export interface Warning {
  /** Stable, kebab-case, e.g. "top-k-dropped", "max-tokens-clamped". */
  code: string;
  message: string;
  /** Path in the request, e.g. "messages.3.content.1". */
  path?: string;
}
