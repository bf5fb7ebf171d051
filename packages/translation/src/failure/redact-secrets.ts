/** Credentials by their spelling; upstreams quote them, whole or in part, in their refusals. */
const SECRETS =
  /\b(?:sk-[\w*.…-]{6,}|AIza[\w*-]{10,}|gh[opsu]_[\w*]{10,}|github_pat_[\w*]{10,}|gsk_[\w*]{6,}|xai-[\w*-]{6,}|ya29\.[\w*.-]{6,}|eyJ[\w-]{10,}\.[\w.-]+|(?<=Bearer\s)[\w.*~+/=-]{8,})/giu;

/** Replaces everything that looks like a credential. */
export function redactSecrets(text: string): string {
  return text.replace(SECRETS, "[redacted]");
}
