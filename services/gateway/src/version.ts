/** The one that `/info` and `/health` tell. */
export const VERSION = "0.1.0";
