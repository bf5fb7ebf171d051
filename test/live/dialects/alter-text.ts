/** The same text with one letter in its middle changed, still in the alphabet of base64. */
export function alterText(text: string): string {
  const at = text.search(/[A-Za-z0-9]/) < 0 ? -1 : findLetter(text);
  if (at < 0) return `${text}A`;
  return text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);
}

function findLetter(text: string): number {
  const middle = Math.floor(text.length / 2);
  const after = text.slice(middle).search(/[A-Za-z0-9]/);
  return after < 0 ? text.search(/[A-Za-z0-9]/) : middle + after;
}
