/** How the signature of thinking begins that this mesh has issued for a model that is not Claude; no mark: Claude's own. */
export const THINKING_MARK = "sw1.";
