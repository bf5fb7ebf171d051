/** Control characters, and space around: what a file with a key in it may end with. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const UNCLEAN = /[\u0000-\u0008\u000a-\u001f\u007f]|^[ \t]|[ \t]$/;
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]+/g;

/** The value as it may stand in a header (RFC 9110, 5.5): control characters and the space around it are left out. */
export function cleanHeaderValue(value: string): string {
  return UNCLEAN.test(value) ? value.replace(CONTROL, "").replace(/^[ \t]+|[ \t]+$/g, "") : value;
}
