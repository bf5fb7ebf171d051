export interface AddressParts {
  /** The configured base URL. */
  baseUrl: string;
  model?: string;
  apiVersion?: string;
}

/** What may stand between an address and an API's own paths, longest first. */
const API_PATHS = /\/(?:openai\/v1|v1beta\/openai|v1|openai)$/;

/** Fills in a template of quirks. Values are escaped: a model's id stays one segment of its path. */
export function expandAddress(template: string, { baseUrl, model = "", apiVersion = "" }: AddressParts): string {
  const base = baseUrl.replace(/\/+$/, "");
  const values: Readonly<Record<string, string>> = {
    "{base}": base,
    "{root}": base.replace(API_PATHS, ""),
    "{model}": encodeURIComponent(model),
    "{apiVersion}": encodeURIComponent(apiVersion),
  };
  return template.replaceAll(/\{\w+\}/g, (placeholder) => values[placeholder] ?? placeholder);
}
